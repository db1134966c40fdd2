// Sessions and login: PKCS#11 v2.40 §5.6.
#include "tests/module/fixture.h"

namespace countersign::test {
namespace {

class SessionsTest : public ModuleTest {
 protected:
  static CK_STATE state(CK_SESSION_HANDLE session) {
    CK_SESSION_INFO info{};
    EXPECT_EQ(C_GetSessionInfo(session, &info), CKR_OK);
    return info.state;
  }
  static CK_RV login(CK_SESSION_HANDLE session, std::string pin, CK_USER_TYPE user = CKU_USER) {
    return C_Login(session, user, reinterpret_cast<CK_UTF8CHAR*>(pin.data()), pin.size());
  }
  static CK_RV sign(CK_SESSION_HANDLE session) {
    EXPECT_EQ(init(session), CKR_OK);
    Bytes signature(256);
    CK_ULONG length = signature.size();
    return C_Sign(session, message.data(), message.size(), signature.data(), &length);
  }
};

TEST_F(SessionsTest, OpeningChecksItsArguments) {
  CK_SESSION_HANDLE session = 0;
  EXPECT_EQ(C_OpenSession(5, CKF_SERIAL_SESSION, nullptr, nullptr, &session), CKR_SLOT_ID_INVALID);
  EXPECT_EQ(C_OpenSession(3, 0, nullptr, nullptr, &session), CKR_SESSION_PARALLEL_NOT_SUPPORTED);
  EXPECT_EQ(C_OpenSession(3, CKF_SERIAL_SESSION, nullptr, nullptr, nullptr), CKR_ARGUMENTS_BAD);
}

TEST_F(SessionsTest, ClosedSessionsAreGoneAndNeverComeBack) {
  const CK_SESSION_HANDLE first = open("rsa");
  EXPECT_EQ(C_CloseSession(first), CKR_OK);
  EXPECT_EQ(C_CloseSession(first), CKR_SESSION_HANDLE_INVALID);
  EXPECT_NE(open("rsa"), first);
  const CK_SESSION_HANDLE other = open("p256");
  EXPECT_EQ(C_CloseAllSessions(3), CKR_OK);
  EXPECT_EQ(state(other), CKS_RO_PUBLIC_SESSION);
  EXPECT_EQ(C_CloseAllSessions(5), CKR_SLOT_ID_INVALID);
}

TEST_F(SessionsTest, StateFollowsLoginOfTheToken) {
  const CK_SESSION_HANDLE reads = open("rsa");
  const CK_SESSION_HANDLE writes = open("rsa", CKF_RW_SESSION);
  const CK_SESSION_HANDLE other = open("p256");
  EXPECT_EQ(state(reads), CKS_RO_PUBLIC_SESSION);
  EXPECT_EQ(state(writes), CKS_RW_PUBLIC_SESSION);
  ASSERT_EQ(login(reads, ""), CKR_OK);
  EXPECT_EQ(state(reads), CKS_RO_USER_FUNCTIONS);
  EXPECT_EQ(state(writes), CKS_RW_USER_FUNCTIONS);
  EXPECT_EQ(state(other), CKS_RO_PUBLIC_SESSION);
  EXPECT_EQ(state(open("rsa")), CKS_RO_USER_FUNCTIONS);
  EXPECT_EQ(C_Logout(writes), CKR_OK);
  EXPECT_EQ(C_Logout(writes), CKR_USER_NOT_LOGGED_IN);
  EXPECT_EQ(state(reads), CKS_RO_PUBLIC_SESSION);
}

TEST_F(SessionsTest, LoginTakesAnEmptyPinOrNone) {
  const CK_SESSION_HANDLE session = open("rsa");
  EXPECT_EQ(C_Login(session, CKU_USER, nullptr, 0), CKR_OK);
  EXPECT_EQ(login(session, "none"), CKR_USER_ALREADY_LOGGED_IN);
  C_Logout(session);
  EXPECT_EQ(login(session, "none"), CKR_OK);
  C_Logout(session);
  EXPECT_EQ(C_Login(session, CKU_USER, nullptr, 4), CKR_ARGUMENTS_BAD);
  EXPECT_EQ(login(session, "", CKU_SO), CKR_USER_TYPE_INVALID);
  EXPECT_EQ(login(session, "", CKU_CONTEXT_SPECIFIC), CKR_OPERATION_NOT_INITIALIZED);
  EXPECT_EQ(login(12345, ""), CKR_SESSION_HANDLE_INVALID);
}

TEST_F(SessionsTest, LastSessionClosedLogsOut) {
  const CK_SESSION_HANDLE first = open("rsa");
  const CK_SESSION_HANDLE second = open("rsa");
  ASSERT_EQ(login(first, "none"), CKR_OK);
  C_CloseSession(first);
  EXPECT_EQ(state(second), CKS_RO_USER_FUNCTIONS);
  C_CloseSession(second);
  EXPECT_EQ(state(open("rsa")), CKS_RO_PUBLIC_SESSION);
}

TEST_F(SessionsTest, WrongPinBarsTheSlotUntilAGoodLogin) {
  const CK_SESSION_HANDLE session = open("rsa");
  EXPECT_EQ(sign(session), CKR_OK);  // nobody has to log in
  EXPECT_EQ(login(session, "1234"), CKR_PIN_INCORRECT);
  EXPECT_EQ(sign(session), CKR_FUNCTION_REJECTED);
  C_CloseSession(session);
  const CK_SESSION_HANDLE again = open("rsa");
  EXPECT_EQ(sign(again), CKR_FUNCTION_REJECTED);
  EXPECT_EQ(service().asked().size(), 1U);
  const CK_SESSION_HANDLE other = open("p256");
  EXPECT_EQ(init(other, CKM_ECDSA_SHA256), CKR_OK);
  EXPECT_EQ(login(again, ""), CKR_OK);
  EXPECT_EQ(sign(again), CKR_OK);
}

}  // namespace
}  // namespace countersign::test
