// The built module over its life: initialised again and again, and across forks.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "tests/module/api/module_under_test.h"
#include "tests/module/openssl_verify.h"

namespace countersign::test {
namespace {

const Bytes one_byte{'m'};

bool signs() {
  const OpenKey open("p256");
  Bytes signature;
  return open.init(CKM_ECDSA_SHA256) == CKR_OK && open.sign(one_byte, signature) == CKR_OK &&
         verifies(open.public_key, {"SHA256"}, one_byte, signature);
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
  EXPECT_EQ(open.sign(one_byte, signature), CKR_OK);
  EXPECT_TRUE(verifies(open.public_key, {"SHA256"}, one_byte, signature));
  EXPECT_TRUE(signs());
  EXPECT_EQ(module().C_Finalize(nullptr), CKR_OK);
}

/// Forks `many` children that each start afresh and sign; returns how many did.
int children_that_sign(int many) {
  std::vector<pid_t> children;
  for (int i = 0; i < many; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      // No test macro here: what it reports would be lost with the child.
      const bool fresh = module().C_Finalize(nullptr) == CKR_CRYPTOKI_NOT_INITIALIZED &&
                         module().C_Initialize(nullptr) == CKR_OK;
      _exit(fresh && signs() && module().C_Finalize(nullptr) == CKR_OK ? 0 : 1);
    }
    children.push_back(child);
  }
  int good = 0;
  for (const pid_t child : children) {
    int status = 1;
    if (waitpid(child, &status, 0) == child && status == 0) ++good;
  }
  return good;
}

TEST(LifecycleOfTheModule, ManyChildrenOfOneParentSignAtOnce) {
  ASSERT_EQ(module().C_Initialize(nullptr), CKR_OK);
  EXPECT_TRUE(signs());
  EXPECT_EQ(children_that_sign(8), 8);
  EXPECT_TRUE(signs());
  EXPECT_EQ(module().C_Finalize(nullptr), CKR_OK);
}

TEST(LifecycleOfTheModule, ChildrenOfAParentWhoseThreadsSignAreNotHeldUp) {
  ASSERT_EQ(module().C_Initialize(nullptr), CKR_OK);
  std::atomic<bool> enough{false};
  std::atomic<int> failed{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        while (!enough)
          if (!signs()) ++failed;
      });
    EXPECT_EQ(children_that_sign(8), 8);
    enough = true;
  }
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(module().C_Finalize(nullptr), CKR_OK);
}

/// One signature as a thread makes it whose library others finalise; what it answered last.
CK_RV try_to_sign() {
  CK_FUNCTION_LIST& m = module();
  CK_SLOT_ID slots[16];
  CK_ULONG count = std::size(slots);
  if (const CK_RV listed = m.C_GetSlotList(CK_TRUE, slots, &count); listed != CKR_OK) return listed;
  if (count == 0) return CKR_SLOT_ID_INVALID;
  CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
  const CK_RV opened = m.C_OpenSession(slots[0], CKF_SERIAL_SESSION, nullptr, nullptr, &session);
  if (opened != CKR_OK) return opened;
  CK_OBJECT_CLASS type = CKO_PRIVATE_KEY;
  CK_ATTRIBUTE wanted{CKA_CLASS, &type, sizeof type};
  CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
  m.C_FindObjectsInit(session, &wanted, 1);
  m.C_FindObjects(session, &key, 1, &count);
  m.C_FindObjectsFinal(session);
  CK_MECHANISM mechanism{CKM_SHA256_RSA_PKCS, nullptr, 0};
  if (const CK_RV begun = m.C_SignInit(session, &mechanism, key); begun != CKR_OK) return begun;
  Bytes data = one_byte;
  Bytes signature(1024);
  CK_ULONG length = signature.size();
  return m.C_Sign(session, data.data(), data.size(), signature.data(), &length);
}

TEST(LifecycleOfTheModule, InitialisedAndFinalisedInARaceWithThreadsThatSign) {
  const std::set<CK_RV> fair{CKR_OK, CKR_CRYPTOKI_NOT_INITIALIZED, CKR_SESSION_HANDLE_INVALID,
                             CKR_SLOT_ID_INVALID};
  ASSERT_EQ(module().C_Initialize(nullptr), CKR_OK);
  std::mutex seen_mutex;
  std::map<CK_RV, int> seen;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 16; ++i)
      threads.emplace_back([&] {
        for (int round = 0; round < 20; ++round) {
          const CK_RV result = try_to_sign();
          const std::lock_guard lock(seen_mutex);
          ++seen[result];
        }
      });
    for (int i = 0; i < 2; ++i)
      threads.emplace_back([] {
        for (int round = 0; round < 30; ++round) {
          module().C_Finalize(nullptr);
          module().C_Initialize(nullptr);
        }
      });
  }
  for (const auto& [result, times] : seen)
    EXPECT_TRUE(fair.contains(result))
        << std::hex << result << std::dec << ", " << times << " times";
  module().C_Initialize(nullptr);
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
  const CK_RV refused = open.sign(one_byte, signature);
  module().C_Finalize(nullptr);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_TRUE(signed_well);
  EXPECT_EQ(login, CKR_PIN_INCORRECT);
  EXPECT_EQ(refused, CKR_FUNCTION_REJECTED);
}

}  // namespace
}  // namespace countersign::test
