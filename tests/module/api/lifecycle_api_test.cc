// The built module over its life: initialised again and again, and across forks.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/module/api/module_under_test.h"
#include "tests/module/openssl_verify.h"

namespace countersign::test {
namespace {

const Bytes message{'m'};

bool signs() {
  const OpenKey open("p256");
  Bytes signature;
  return open.init(CKM_ECDSA_SHA256) == CKR_OK && open.sign(message, signature) == CKR_OK &&
         verifies(open.public_key, {"SHA256"}, message, signature);
}

template <class Body>
bool true_in_child(Body&& body) {
  const pid_t child = fork();
  if (child == 0) _exit(body() ? 0 : 1);
  int status = 1;
  return waitpid(child, &status, 0) == child && status == 0;
}

TEST(LifecycleOfTheModule, InitialisedAgainAndAgainItSigns) {
  for (int round = 0; round < 5; ++round) {
    ASSERT_EQ(module().C_Initialize(nullptr), CKR_OK);
    EXPECT_EQ(module().C_Initialize(nullptr), CKR_CRYPTOKI_ALREADY_INITIALIZED);
    EXPECT_TRUE(signs());
    ASSERT_EQ(module().C_Finalize(nullptr), CKR_OK);
  }
  EXPECT_EQ(module().C_Finalize(nullptr), CKR_CRYPTOKI_NOT_INITIALIZED);
}

TEST(LifecycleOfTheModule, ChildStartsAfreshAndParentGoesOn) {
  ASSERT_EQ(module().C_Initialize(nullptr), CKR_OK);
  EXPECT_TRUE(signs());
  const OpenKey open("p256");
  ASSERT_EQ(open.init(CKM_ECDSA_SHA256), CKR_OK);
  EXPECT_TRUE(true_in_child([&] {
    CK_ULONG count = 0;
    return module().C_GetSlotList(CK_TRUE, nullptr, &count) == CKR_CRYPTOKI_NOT_INITIALIZED &&
           module().C_CloseSession(open.session) == CKR_CRYPTOKI_NOT_INITIALIZED;
  }));
  EXPECT_TRUE(true_in_child([] { return module().C_Initialize(nullptr) == CKR_OK && signs(); }));
  Bytes signature;
  EXPECT_EQ(open.sign(message, signature), CKR_OK);
  EXPECT_TRUE(verifies(open.public_key, {"SHA256"}, message, signature));
  EXPECT_TRUE(signs());
  EXPECT_EQ(module().C_Finalize(nullptr), CKR_OK);
}

TEST(LifecycleOfTheModule, SaysNothingOnStdout) {
  testing::internal::CaptureStdout();
  ASSERT_EQ(module().C_Initialize(nullptr), CKR_OK);
  const bool signed_well = signs();
  const OpenKey open("rsa");
  CK_UTF8CHAR wrong[] = {'1', '2', '3', '4'};
  const CK_RV login = module().C_Login(open.session, CKU_USER, wrong, sizeof wrong);
  open.init(CKM_SHA256_RSA_PKCS);
  Bytes signature;
  const CK_RV refused = open.sign(message, signature);
  module().C_Finalize(nullptr);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_TRUE(signed_well);
  EXPECT_EQ(login, CKR_PIN_INCORRECT);
  EXPECT_EQ(refused, CKR_FUNCTION_REJECTED);
}

}  // namespace
}  // namespace countersign::test
