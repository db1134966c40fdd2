// What a person and a program learn when a signature was not made.
#include <fcntl.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "module/denial_memory.h"
#include "tests/module/fixture.h"

namespace countersign::test {
namespace {

class DenialTest : public ModuleTest {
 protected:
  CK_RV sign(Bytes text = message) {
    EXPECT_EQ(init(session), CKR_OK);
    Bytes signature(256);
    CK_ULONG length = signature.size();
    return C_Sign(session, text.data(), text.size(), signature.data(), &length);
  }
  CK_RV sign_in_parts() {
    EXPECT_EQ(init(session), CKR_OK);
    EXPECT_EQ(C_SignUpdate(session, message.data(), message.size()), CKR_OK);
    Bytes signature(256);
    CK_ULONG length = signature.size();
    return C_SignFinal(session, signature.data(), &length);
  }
  void restart() {
    C_Finalize(nullptr);
    ASSERT_EQ(C_Initialize(nullptr), CKR_OK);
    session = open("rsa");
  }
  void SetUp() override {
    ModuleTest::SetUp();
    session = open("rsa");
    service().refuse_signing(needed);
  }

  static inline const Error needed{ErrorKind::denied, "approval_needed", "approval is needed",
                                   "run: countersign request create rsa"};
  CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
};

TEST_F(DenialTest, EveryKindOfFailureHasItsCode) {
  const std::vector<std::pair<ErrorKind, CK_RV>> table{
      {ErrorKind::denied, CKR_FUNCTION_REJECTED},
      {ErrorKind::not_found, CKR_FUNCTION_REJECTED},
      {ErrorKind::unauthenticated, CKR_FUNCTION_REJECTED},
      {ErrorKind::unavailable, CKR_DEVICE_ERROR},
      {ErrorKind::invalid, CKR_DATA_INVALID},
      {ErrorKind::conflict, CKR_FUNCTION_FAILED},
      {ErrorKind::internal, CKR_GENERAL_ERROR}};
  for (const auto& [kind, code] : table) {
    service().refuse_signing(Error{kind, "some_code", "words", ""});
    EXPECT_EQ(sign(), code) << static_cast<int>(kind);
  }
  service().refuse_signing(std::nullopt);
  EXPECT_EQ(sign(), CKR_OK);
}

TEST_F(DenialTest, TheReasonIsOneLineOnStderr) {
  testing::internal::CaptureStderr();
  testing::internal::CaptureStdout();
  EXPECT_EQ(sign(), CKR_FUNCTION_REJECTED);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "countersign: rsa: approval is needed; run: countersign request create rsa\n");
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
}

TEST_F(DenialTest, CommandsBringTheEnvironmentThatTheyNeed) {
  settings().command_environment = "WHERE=/there";
  restart();
  service().refuse_signing(Error{ErrorKind::denied, "x", "say: countersign ",
                                 "run: countersign explain rsa; see: countersign --help"});
  testing::internal::CaptureStderr();
  EXPECT_EQ(sign(), CKR_FUNCTION_REJECTED);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "countersign: rsa: say: countersign ; run: WHERE=/there countersign explain rsa; see: "
            "WHERE=/there countersign --help\n");
}

TEST_F(DenialTest, TheSameAgainIsDecidedAnewButNotToldTwice) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(sign(), CKR_FUNCTION_REJECTED);
  EXPECT_EQ(sign_in_parts(), CKR_FUNCTION_REJECTED);
  std::string told = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::ranges::count(told, '\n'), 1);
  EXPECT_EQ(service().asked().size(), 2U);
  service().refuse_signing(std::nullopt);
  EXPECT_EQ(sign(), CKR_OK);
  service().refuse_signing(needed);
  testing::internal::CaptureStderr();
  EXPECT_EQ(sign({'o', 't', 'h', 'e', 'r'}), CKR_FUNCTION_REJECTED);
  told = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::ranges::count(told, '\n'), 1);
}

TEST_F(DenialTest, ReasonsAreMadePrintable) {
  service().refuse_signing(Error{ErrorKind::denied, "x", "a\x1b[31m\nb", ""});
  testing::internal::CaptureStderr();
  EXPECT_EQ(sign(), CKR_FUNCTION_REJECTED);
  const std::string told = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::ranges::count(told, '\n'), 1);
  EXPECT_EQ(told.find('\x1b'), std::string::npos);
}

TEST_F(DenialTest, LogNoneSaysNothing) {
  settings().log = "none";
  restart();
  testing::internal::CaptureStderr();
  EXPECT_EQ(sign(), CKR_FUNCTION_REJECTED);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST_F(DenialTest, LogFileGetsTheLine) {
  const std::string path = testing::TempDir() + "countersign-denials-" + std::to_string(getpid());
  settings().log = path;
  restart();
  testing::internal::CaptureStderr();
  EXPECT_EQ(sign(), CKR_FUNCTION_REJECTED);
  EXPECT_EQ(sign({'x'}), CKR_FUNCTION_REJECTED);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  std::stringstream content;
  content << std::ifstream(path).rdbuf();
  const std::string text = content.str();
  EXPECT_EQ(std::ranges::count(text, '\n'), 2);
  std::remove(path.c_str());
}

TEST_F(DenialTest, ClosedStandardDescriptorsStayClosed) {
  settings().log = testing::TempDir() + "countersign-closed-" + std::to_string(getpid());
  for (const std::string& log : {std::string("stderr"), settings().log}) {
    settings().log = log;
    restart();
    expect_in_child(CKR_FUNCTION_REJECTED, [this]() -> CK_RV {
      for (int descriptor = 0; descriptor <= 2; ++descriptor) close(descriptor);
      if (C_Initialize(nullptr) != CKR_OK) return CKR_GENERAL_ERROR;
      session = open("rsa");
      const CK_RV result = sign();
      for (int descriptor = 0; descriptor <= 2; ++descriptor)
        if (fcntl(descriptor, F_GETFD) >= 0) return CKR_GENERAL_ERROR;
      return result;
    });
  }
  std::remove(settings().log.c_str());
}

TEST_F(DenialTest, ClosedPipeOnStderrDoesNotEndTheProcess) {
  restart();
  expect_in_child(CKR_FUNCTION_REJECTED, [this]() -> CK_RV {
    int ends[2];
    if (pipe(ends) != 0) return CKR_GENERAL_ERROR;
    dup2(ends[1], STDERR_FILENO);
    close(ends[1]);
    close(ends[0]);
    if (C_Initialize(nullptr) != CKR_OK) return CKR_GENERAL_ERROR;
    session = open("rsa");
    return sign();
  });
}

TEST_F(DenialTest, SignatureOfTheWrongLengthIsNotReleased) {
  service().refuse_signing(std::nullopt);
  auto signers = service().shown();
  for (SignerInfo& signer : signers)
    if (signer.name == "rsa") signer.id = 104;  // the service now signs with p256
  service().show(signers);
  restart();
  EXPECT_EQ(sign(), CKR_DEVICE_ERROR);
}

TEST(DenialMemoryTest, ForgetsAfterItsSpanAndStaysSmall) {
  module::DenialMemory memory;
  const module::DenialMemory::Clock::time_point start{};
  const module::Wish wish{1, CKM_ECDSA, {1, 2, 3}, "approval_needed"};
  EXPECT_TRUE(memory.note(wish, start));
  EXPECT_FALSE(memory.note(wish, start + std::chrono::seconds(4)));
  // Who tries every four seconds is told again all the same.
  EXPECT_TRUE(memory.note(wish, start + std::chrono::seconds(8)));
  EXPECT_TRUE(memory.note(wish, start + std::chrono::seconds(13)));
  EXPECT_TRUE(
      memory.note({1, CKM_ECDSA, {1, 2, 3}, "signer_frozen"}, start + std::chrono::seconds(13)));
  EXPECT_TRUE(
      memory.note({2, CKM_ECDSA, {1, 2, 3}, wish.reason}, start + std::chrono::seconds(13)));
  EXPECT_TRUE(
      memory.note({1, CKM_RSA_PKCS, {1, 2, 3}, wish.reason}, start + std::chrono::seconds(13)));
  for (std::uint8_t i = 0; i < module::DenialMemory::capacity; ++i)
    EXPECT_TRUE(memory.note({1, CKM_ECDSA, {i}, wish.reason}, start + std::chrono::seconds(14)));
  EXPECT_TRUE(memory.note(wish, start + std::chrono::seconds(14)));
}

}  // namespace
}  // namespace countersign::test
