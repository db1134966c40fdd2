// C_Initialize, C_Finalize, forks and threads: PKCS#11 v2.40 §5.4.
#include <atomic>
#include <latch>
#include <thread>

#include "tests/module/fixture.h"

namespace countersign::test {
namespace {

CK_RV create_mutex(void**) {
  return CKR_OK;
}
CK_RV use_mutex(void*) {
  return CKR_OK;
}

CK_RV initialize(CK_C_INITIALIZE_ARGS arguments) {
  const CK_RV result = C_Initialize(&arguments);
  if (result == CKR_OK) C_Finalize(nullptr);
  return result;
}

class LifecycleTest : public ModuleTest {
 protected:
  static CK_RV sign_once() {
    const CK_SESSION_HANDLE session = open("rsa");
    if (const CK_RV begun = init(session); begun != CKR_OK) return begun;
    Bytes signature(256);
    CK_ULONG length = signature.size();
    return C_Sign(session, message.data(), message.size(), signature.data(), &length);
  }
};

TEST(InitializeTest, ArgumentsAreCheckedByTheTable) {
  settings() = {};
  struct {
    CK_C_INITIALIZE_ARGS arguments;
    CK_RV expected;
  } const table[] = {
      {{nullptr, nullptr, nullptr, nullptr, 0, nullptr}, CKR_OK},
      {{nullptr, nullptr, nullptr, nullptr, CKF_OS_LOCKING_OK, nullptr}, CKR_OK},
      {{nullptr, nullptr, nullptr, nullptr, CKF_OS_LOCKING_OK | CKF_LIBRARY_CANT_CREATE_OS_THREADS,
        nullptr},
       CKR_OK},
      {{create_mutex, use_mutex, use_mutex, use_mutex, CKF_OS_LOCKING_OK, nullptr}, CKR_OK},
      {{create_mutex, use_mutex, use_mutex, use_mutex, 0, nullptr}, CKR_CANT_LOCK},
      {{create_mutex, nullptr, nullptr, nullptr, CKF_OS_LOCKING_OK, nullptr}, CKR_ARGUMENTS_BAD},
      {{nullptr, use_mutex, use_mutex, use_mutex, CKF_OS_LOCKING_OK, nullptr}, CKR_ARGUMENTS_BAD},
      {{nullptr, nullptr, nullptr, nullptr, 0, &settings()}, CKR_ARGUMENTS_BAD}};
  for (const auto& row : table) EXPECT_EQ(initialize(row.arguments), row.expected);
}

TEST(InitializeTest, UnusableConfigurationIsOneLineAndAnError) {
  settings() = {};
  settings().broken =
      Error{ErrorKind::invalid, "bad_field", "client.json: unknown key \"sockt\"", "remove it"};
  testing::internal::CaptureStderr();
  EXPECT_EQ(C_Initialize(nullptr), CKR_GENERAL_ERROR);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "countersign: client.json: unknown key \"sockt\"; remove it\n");
  EXPECT_EQ(C_Finalize(nullptr), CKR_CRYPTOKI_NOT_INITIALIZED);
}

TEST(InitializeTest, OfRacingThreadsOneInitialises) {
  settings() = {};
  constexpr int many = 16;
  std::latch start(many);
  std::atomic<int> first{0};
  std::atomic<int> later{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < many; ++i)
      threads.emplace_back([&] {
        start.arrive_and_wait();
        const CK_RV result = C_Initialize(nullptr);
        if (result == CKR_OK) ++first;
        if (result == CKR_CRYPTOKI_ALREADY_INITIALIZED) ++later;
      });
  }
  EXPECT_EQ(first, 1);
  EXPECT_EQ(later, many - 1);
  EXPECT_EQ(C_Finalize(nullptr), CKR_OK);
  EXPECT_EQ(C_Finalize(nullptr), CKR_CRYPTOKI_NOT_INITIALIZED);
}

TEST_F(LifecycleTest, ContactsNobody) {
  CK_INFO info;
  EXPECT_EQ(C_GetInfo(&info), CKR_OK);
  EXPECT_EQ(info.cryptokiVersion.major, 2);
  EXPECT_EQ(info.cryptokiVersion.minor, 40);
  EXPECT_EQ(service().listings(), 0);
}

TEST_F(LifecycleTest, ReservedMustBeNull) {
  int something = 0;
  EXPECT_EQ(C_Finalize(&something), CKR_ARGUMENTS_BAD);
  EXPECT_EQ(C_Finalize(nullptr), CKR_OK);
}

TEST_F(LifecycleTest, FinalisingForgetsSessionsAndLogin) {
  const CK_SESSION_HANDLE session = open("rsa");
  ASSERT_EQ(C_Login(session, CKU_USER, nullptr, 0), CKR_OK);
  ASSERT_EQ(C_Finalize(nullptr), CKR_OK);
  ASSERT_EQ(C_Initialize(nullptr), CKR_OK);
  EXPECT_EQ(C_Logout(session), CKR_SESSION_HANDLE_INVALID);
  EXPECT_EQ(C_Logout(open("rsa")), CKR_USER_NOT_LOGGED_IN);
}

TEST_F(LifecycleTest, FinalisedUnderARunningCallTheCallEndsWell) {
  service().before_signing([] { EXPECT_EQ(C_Finalize(nullptr), CKR_OK); });
  EXPECT_EQ(sign_once(), CKR_OK);
  EXPECT_EQ(C_Finalize(nullptr), CKR_CRYPTOKI_NOT_INITIALIZED);
}

TEST_F(LifecycleTest, ForkedChildIsNotInitialisedAndStartsAfresh) {
  const CK_SESSION_HANDLE session = open("rsa");
  ASSERT_EQ(init(session), CKR_OK);
  expect_in_child(CKR_CRYPTOKI_NOT_INITIALIZED, [session] { return C_CloseSession(session); });
  expect_in_child(CKR_CRYPTOKI_NOT_INITIALIZED, [] { return C_Finalize(nullptr); });
  expect_in_child(CKR_OK, [] {
    const CK_RV started = C_Initialize(nullptr);
    return started == CKR_OK ? sign_once() : started;
  });
  expect_in_child(CKR_OK, [] {  // a grandchild is a fresh process as well
    if (C_Initialize(nullptr) != CKR_OK) return CK_RV{CKR_GENERAL_ERROR};
    const pid_t child = fork();
    if (child == 0) _exit(C_Finalize(nullptr) == CKR_CRYPTOKI_NOT_INITIALIZED ? 0 : 1);
    int status = 1;
    waitpid(child, &status, 0);
    return status == 0 ? sign_once() : CK_RV{CKR_GENERAL_ERROR};
  });
  Bytes signature(256);  // the parent goes on where it was
  CK_ULONG length = signature.size();
  EXPECT_EQ(C_Sign(session, message.data(), message.size(), signature.data(), &length), CKR_OK);
}

TEST_F(LifecycleTest, ChildOfABusyParentIsNotHeldUpByItsLocks) {
  const CK_SESSION_HANDLE session = open("rsa");
  std::latch signing(1);
  std::latch forked(1);
  service().before_signing([&] {
    signing.count_down();
    forked.wait();
  });
  ASSERT_EQ(init(session), CKR_OK);
  std::jthread busy([&] {
    Bytes signature(256);
    CK_ULONG length = signature.size();
    EXPECT_EQ(C_Sign(session, message.data(), message.size(), signature.data(), &length), CKR_OK);
  });
  signing.wait();  // the session's lock is held now
  expect_in_child(CKR_OK, [] {
    const CK_RV started = C_Initialize(nullptr);
    if (started != CKR_OK) return started;
    CK_ULONG count = 0;
    return C_GetSlotList(CK_TRUE, nullptr, &count);
  });
  forked.count_down();
}

TEST_F(LifecycleTest, ThreadsSignOnSessionsOfTheirOwnWhileOthersFinalise) {
  constexpr int many = 8;
  std::atomic<bool> unexpected{false};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < many; ++i)
      threads.emplace_back([&] {
        for (int round = 0; round < 20; ++round) {
          CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
          if (C_OpenSession(SoftwareService::slot("p256"), CKF_SERIAL_SESSION, nullptr, nullptr,
                            &session) != CKR_OK)
            continue;
          CK_OBJECT_CLASS type = CKO_PRIVATE_KEY;
          CK_ATTRIBUTE wanted{CKA_CLASS, &type, sizeof type};
          CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
          CK_ULONG count = 0;
          C_FindObjectsInit(session, &wanted, 1);
          C_FindObjects(session, &key, 1, &count);
          C_FindObjectsFinal(session);
          CK_MECHANISM mechanism{CKM_ECDSA_SHA256, nullptr, 0};
          if (C_SignInit(session, &mechanism, key) != CKR_OK) continue;
          Bytes signature(64);
          CK_ULONG length = signature.size();
          const CK_RV result =
              C_Sign(session, message.data(), message.size(), signature.data(), &length);
          if (result != CKR_OK && result != CKR_SESSION_HANDLE_INVALID &&
              result != CKR_CRYPTOKI_NOT_INITIALIZED)
            unexpected = true;
        }
      });
    for (int round = 0; round < 20; ++round) {
      C_Finalize(nullptr);
      C_Initialize(nullptr);
    }
  }
  EXPECT_FALSE(unexpected);
}

}  // namespace
}  // namespace countersign::test
