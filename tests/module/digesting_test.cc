// C_DigestInit, C_Digest, C_DigestUpdate, C_DigestKey, C_DigestFinal: PKCS#11 v2.40 §5.10.
#include "module/pkcs11_v3.h"
#include "tests/module/fixture.h"

namespace countersign::test {
namespace {

class DigestingTest : public ModuleTest {
 protected:
  void SetUp() override {
    ModuleTest::SetUp();
    session = open("p256");
  }
  CK_RV digest_init(CK_MECHANISM_TYPE type = CKM_SHA256) {
    CK_MECHANISM mechanism{type, nullptr, 0};
    return C_DigestInit(session, &mechanism);
  }
  bool active() {
    CK_ULONG length = 0;
    return C_DigestFinal(session, nullptr, &length) == CKR_OK;
  }

  CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
};

TEST_F(DigestingTest, EveryHashInOnePartAndInMany) {
  const std::pair<CK_MECHANISM_TYPE, const char*> table[] = {{CKM_SHA_1, "SHA1"},
                                                             {CKM_SHA224, "SHA224"},
                                                             {CKM_SHA256, "SHA256"},
                                                             {CKM_SHA384, "SHA384"},
                                                             {CKM_SHA512, "SHA512"}};
  for (const auto& [type, name] : table) {
    Bytes result(64);
    CK_ULONG length = result.size();
    ASSERT_EQ(digest_init(type), CKR_OK);
    EXPECT_EQ(C_Digest(session, message.data(), message.size(), result.data(), &length), CKR_OK);
    result.resize(length);
    EXPECT_EQ(result, hashed(name, message)) << name;
    ASSERT_EQ(digest_init(type), CKR_OK);
    for (CK_BYTE byte : message) EXPECT_EQ(C_DigestUpdate(session, &byte, 1), CKR_OK);
    std::fill(result.begin(), result.end(), std::uint8_t{0});
    EXPECT_EQ(C_DigestFinal(session, result.data(), &length), CKR_OK);
    EXPECT_EQ(result, hashed(name, message)) << name;
    CK_MECHANISM_INFO info{};
    EXPECT_EQ(C_GetMechanismInfo(SoftwareService::slot("p256"), type, &info), CKR_OK);
    EXPECT_EQ(info.flags, CKF_DIGEST);
  }
  EXPECT_TRUE(service().asked().empty());
}

TEST_F(DigestingTest, InitChecksTheMechanism) {
  EXPECT_EQ(digest_init(CKM_MD5), CKR_MECHANISM_INVALID);
  EXPECT_EQ(digest_init(CKM_ECDSA_SHA256), CKR_MECHANISM_INVALID);
  CK_BYTE superfluous = 0;
  CK_MECHANISM mechanism{CKM_SHA256, &superfluous, 1};
  EXPECT_EQ(C_DigestInit(session, &mechanism), CKR_MECHANISM_PARAM_INVALID);
  EXPECT_EQ(digest_init(), CKR_OK);
  EXPECT_EQ(digest_init(), CKR_OPERATION_ACTIVE);
  EXPECT_TRUE(active());
  EXPECT_EQ(C_DigestInit(session, nullptr), CKR_OK);
  EXPECT_FALSE(active());
}

TEST_F(DigestingTest, LengthQueryAndShortBufferKeepTheOperation) {
  ASSERT_EQ(digest_init(), CKR_OK);
  CK_ULONG length = 0;
  EXPECT_EQ(C_Digest(session, message.data(), message.size(), nullptr, &length), CKR_OK);
  EXPECT_EQ(length, 32U);
  Bytes result(32);
  length = 31;
  EXPECT_EQ(C_Digest(session, message.data(), message.size(), result.data(), &length),
            CKR_BUFFER_TOO_SMALL);
  EXPECT_EQ(length, 32U);
  EXPECT_EQ(C_Digest(session, message.data(), message.size(), result.data(), &length), CKR_OK);
  EXPECT_EQ(result, hashed("SHA256", message));
  EXPECT_FALSE(active());
}

TEST_F(DigestingTest, FailuresEndTheOperation) {
  Bytes result(32);
  CK_ULONG length = result.size();
  ASSERT_EQ(digest_init(), CKR_OK);
  EXPECT_EQ(C_Digest(session, message.data(), 1, result.data(), nullptr), CKR_ARGUMENTS_BAD);
  EXPECT_FALSE(active());
  ASSERT_EQ(digest_init(), CKR_OK);
  EXPECT_EQ(C_Digest(session, nullptr, 1, result.data(), &length), CKR_ARGUMENTS_BAD);
  EXPECT_FALSE(active());
  ASSERT_EQ(digest_init(), CKR_OK);
  EXPECT_EQ(C_DigestUpdate(session, nullptr, 1), CKR_ARGUMENTS_BAD);
  EXPECT_FALSE(active());
  ASSERT_EQ(digest_init(), CKR_OK);
  EXPECT_EQ(C_DigestUpdate(session, nullptr, 0), CKR_OK);
  EXPECT_EQ(C_Digest(session, message.data(), 1, result.data(), &length), CKR_OPERATION_ACTIVE);
  EXPECT_FALSE(active());
  ASSERT_EQ(digest_init(), CKR_OK);
  EXPECT_EQ(C_DigestFinal(session, result.data(), nullptr), CKR_ARGUMENTS_BAD);
  EXPECT_FALSE(active());
}

TEST_F(DigestingTest, NoKeyIsDigested) {
  EXPECT_EQ(C_DigestKey(session, private_key(session)), CKR_OPERATION_NOT_INITIALIZED);
  ASSERT_EQ(digest_init(), CKR_OK);
  EXPECT_EQ(C_DigestKey(session, private_key(session)), CKR_KEY_INDIGESTIBLE);
  EXPECT_EQ(C_DigestKey(session, 12345), CKR_KEY_HANDLE_INVALID);
  EXPECT_TRUE(active());
}

TEST_F(DigestingTest, SessionCancelEndsIt) {
  ASSERT_EQ(digest_init(), CKR_OK);
  EXPECT_EQ(C_SessionCancel(session, CKF_SIGN | CKF_VERIFY), CKR_OK);
  EXPECT_TRUE(active());
  EXPECT_EQ(C_SessionCancel(session, CKF_DIGEST), CKR_OK);
  EXPECT_FALSE(active());
}

}  // namespace
}  // namespace countersign::test
