// Slots where a bearer token is the PIN: nothing is known before the login, nothing after the
// logout.
#include "tests/module/fixture.h"

namespace countersign::test {
namespace {

constexpr CK_SLOT_ID rsa_slot = 1;
constexpr CK_SLOT_ID missing_slot = 2;

class LoginTest : public ModuleTest {
 protected:
  void SetUp() override {
    settings() = {};
    settings().log = "none";
    settings().login_signers = {"rsa", "missing", "p256"};
    service().reset();
    ASSERT_EQ(C_Initialize(nullptr), CKR_OK);
  }
  void TearDown() override {
    C_Finalize(nullptr);
    settings() = {};
  }

  static CK_SESSION_HANDLE open_slot(CK_SLOT_ID slot) {
    CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
    EXPECT_EQ(C_OpenSession(slot, CKF_SERIAL_SESSION, nullptr, nullptr, &session), CKR_OK);
    return session;
  }

  static CK_RV log_in(CK_SESSION_HANDLE session, std::string pin) {
    return C_Login(session, CKU_USER, reinterpret_cast<CK_UTF8CHAR*>(pin.data()), pin.size());
  }

  static CK_RV sign(CK_SESSION_HANDLE session) {
    if (const CK_RV begun = init(session); begun != CKR_OK) return begun;
    return finish(session);
  }

  static CK_RV finish(CK_SESSION_HANDLE session) {
    Bytes signature(512);
    CK_ULONG size = signature.size();
    return C_Sign(session, message.data(), message.size(), signature.data(), &size);
  }

  static CK_TOKEN_INFO token_info(CK_SLOT_ID slot) {
    CK_TOKEN_INFO info{};
    EXPECT_EQ(C_GetTokenInfo(slot, &info), CKR_OK);
    return info;
  }
};

TEST_F(LoginTest, ShowsASlotForEachNamedSignerAndAsksNothing) {
  CK_ULONG count = 0;
  ASSERT_EQ(C_GetSlotList(CK_TRUE, nullptr, &count), CKR_OK);
  EXPECT_EQ(count, 3U);
  const CK_TOKEN_INFO info = token_info(rsa_slot);
  EXPECT_TRUE(std::string(reinterpret_cast<const char*>(info.label), 4) == "rsa ");
  EXPECT_NE(info.flags & CKF_LOGIN_REQUIRED, 0U);
  EXPECT_NE(info.flags & CKF_USER_PIN_INITIALIZED, 0U);
  const CK_SESSION_HANDLE session = open_slot(rsa_slot);
  EXPECT_TRUE(find(session, {}).empty());
  EXPECT_EQ(service().listings(), 0);
}

TEST_F(LoginTest, ListsEveryMechanismBeforeTheKeyIsKnown) {
  CK_MECHANISM_INFO info{};
  for (const CK_MECHANISM_TYPE type : {CKM_RSA_PKCS, CKM_ECDSA, CKM_EDDSA})
    EXPECT_EQ(C_GetMechanismInfo(rsa_slot, type, &info), CKR_OK) << type;
}

TEST_F(LoginTest, AGoodTokenOpensTheSlotForAllItsSessions) {
  const CK_SESSION_HANDLE session = open_slot(rsa_slot);
  const CK_SESSION_HANDLE other = open_slot(rsa_slot);
  ASSERT_EQ(log_in(session, good_token), CKR_OK);
  EXPECT_EQ(log_in(other, good_token), CKR_USER_ALREADY_LOGGED_IN);
  EXPECT_EQ(sign(session), CKR_OK);
  EXPECT_EQ(sign(other), CKR_OK);
  EXPECT_TRUE(find(open_slot(3), {}).empty()) << "another signer's slot stays locked";
}

TEST_F(LoginTest, AWrongTokenOpensNothing) {
  const CK_SESSION_HANDLE session = open_slot(rsa_slot);
  EXPECT_EQ(log_in(session, "cs_zbcdefghijklmnopqrstuvwxyz"), CKR_PIN_INCORRECT);
  EXPECT_TRUE(find(session, {}).empty());
  ASSERT_EQ(log_in(session, good_token), CKR_OK);
  EXPECT_EQ(sign(session), CKR_OK);
}

TEST_F(LoginTest, WhatIsNoTokenIsNotEvenSent) {
  const CK_SESSION_HANDLE session = open_slot(rsa_slot);
  for (const std::string pin : {"", "none", "1234", "cs_short"})
    EXPECT_EQ(log_in(session, pin), CKR_PIN_INCORRECT) << pin;
  EXPECT_EQ(service().listings(), 0);
}

TEST_F(LoginTest, ATokenWhoseAccountHasNoSuchSignerIsRefused) {
  EXPECT_EQ(log_in(open_slot(missing_slot), good_token), CKR_PIN_INCORRECT);
}

TEST_F(LoginTest, AnAbsentGatewayIsNoWrongPin) {
  service().refuse_listing(
      Error{ErrorKind::unavailable, "gateway_unreachable", "nobody listens", ""});
  const CK_SESSION_HANDLE session = open_slot(rsa_slot);
  EXPECT_EQ(log_in(session, good_token), CKR_DEVICE_ERROR);
  service().refuse_listing(std::nullopt);
  EXPECT_EQ(log_in(session, good_token), CKR_OK);
}

TEST_F(LoginTest, LoggingOutHidesTheKeyAndEndsWhatWasBegun) {
  const CK_SESSION_HANDLE session = open_slot(rsa_slot);
  ASSERT_EQ(log_in(session, good_token), CKR_OK);
  const auto before = find(session, {});
  ASSERT_EQ(init(session), CKR_OK);
  ASSERT_EQ(C_Logout(session), CKR_OK);
  EXPECT_EQ(finish(session), CKR_USER_NOT_LOGGED_IN);
  EXPECT_TRUE(find(session, {}).empty());
  EXPECT_EQ(C_Logout(session), CKR_USER_NOT_LOGGED_IN);
  ASSERT_EQ(log_in(session, good_token), CKR_OK);
  EXPECT_EQ(find(session, {}), before) << "the same objects have the same handles";
  EXPECT_TRUE(service().asked().empty());
}

TEST_F(LoginTest, ClosingTheLastSessionLogsOut) {
  const CK_SESSION_HANDLE session = open_slot(rsa_slot);
  ASSERT_EQ(log_in(session, good_token), CKR_OK);
  ASSERT_EQ(C_CloseSession(session), CKR_OK);
  EXPECT_TRUE(find(open_slot(rsa_slot), {}).empty());
}

}  // namespace
}  // namespace countersign::test
