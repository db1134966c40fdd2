// What is remembered of approvals and bearer tokens is never older than the store.
#include "policy/credentials.h"
#include "tests/policy/request_world.h"

namespace countersign::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class ApprovalMemory : public RequestWorld {
 protected:
  std::string signs(unsigned operation) { return code(sign("engineer", operation_id(operation))); }

  /// As two processes that share the store have it; store_ is the one that works.
  void share() {
    store_.reset();
    const auto open = [&] {
      return std::move(*PolicyStore::open(path_, key_, "gw.test", clock_, Holding::shared));
    };
    store_ = open();
    other_ = open();
  }
  void swap() { std::swap(store_, other_); }

 private:
  std::unique_ptr<PolicyStore> other_;
};

TEST_F(ApprovalMemory, WhatWasUndoneIsNotTaken) {
  const RequestId id = approved("engineer", 3);
  ASSERT_EQ(signs(1), "ok");
  const Caller engineer = as("engineer");
  EXPECT_FALSE(store_->run([&](Transaction& transaction) -> Status {
    EXPECT_TRUE(
        grant_signature(transaction, engineer, signer(transaction), wish_for(operation_id(2), 1)));
    return fail(ErrorKind::invalid, "changed_my_mind", "");
  }));
  EXPECT_EQ(signs(3), "ok");
  EXPECT_EQ(show(id).used, 2);
  EXPECT_EQ(signs(4), "ok");
  EXPECT_EQ(signs(5), "approval_used_up");
}

TEST_F(ApprovalMemory, AnotherProcessTakesTheLast) {
  share();
  const RequestId id = approved("engineer", 2);
  ASSERT_EQ(signs(1), "ok");
  swap();
  ASSERT_EQ(signs(2), "ok");
  swap();
  EXPECT_EQ(signs(3), "approval_used_up");
  EXPECT_EQ(show(id).used, 2);
}

TEST_F(ApprovalMemory, ItsTimeEndsAndAnotherBegins) {
  const RequestId first = approved("engineer", 3);
  ASSERT_EQ(signs(1), "ok");
  clock_.advance(minutes(30));
  const RequestId second = approved("engineer", 3);
  clock_.advance(minutes(30));
  ASSERT_EQ(signs(2), "ok");
  EXPECT_EQ(show(first).used, 1);
  EXPECT_EQ(show(second).used, 1);
  clock_.advance(minutes(30));
  EXPECT_EQ(signs(3), "approval_expired");
}

TEST_F(ApprovalMemory, MoreThanADecisionReads) {
  for (int i = 0; i < 20; ++i) approved("engineer", 1);
  for (unsigned i = 1; i <= 20; ++i) EXPECT_EQ(signs(i), "ok");
  EXPECT_EQ(signs(21), "approval_used_up");
}

TEST_F(ApprovalMemory, ATokenIsRevokedByAnotherProcess) {
  share();
  const Caller engineer = as("engineer");
  const auto minted = in([&](Transaction& transaction) {
    return mint_token(transaction, engineer, {"laptop", hours(1)});
  });
  ASSERT_TRUE(minted);
  const auto signs_in = [&] {
    return code(
        in([&](Transaction& transaction) { return sign_in(transaction, minted->secret.view()); }));
  };
  ASSERT_EQ(signs_in(), "ok");
  swap();
  ASSERT_EQ(signs_in(), "ok");
  ASSERT_EQ(code(in([&](Transaction& transaction) {
              return revoke_token(transaction, engineer, minted->credential.id);
            })),
            "ok");
  swap();
  EXPECT_EQ(signs_in(), "bad_token");
}

}  // namespace
}  // namespace countersign::test
