// Who may ask, answer and end a request, and for how much.
#include "policy/accounts.h"
#include "policy/members.h"
#include "policy/policies.h"
#include "tests/policy/store_world.h"

namespace countersign::test {
namespace {

using RequestRules = StoreWorld;

TEST_F(RequestRules, AskingForNothingGetsTheCeilingAndForMoreAnError) {
  const Caller caller = as("engineer");
  const auto ask_for = [&](NewRequest wish) {
    return in([&](Transaction& transaction) {
      return create_request(transaction, caller, signer(transaction), wish);
    });
  };
  const auto plain = ask_for({"to ship", {}, {}});
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->count, 3);
  EXPECT_EQ(plain->window, std::chrono::hours(1));
  const auto many = ask_for({"to ship", 4, {}});
  ASSERT_EQ(code(many), "above_ceiling");
  EXPECT_NE(many.error().message.find("ceiling of 3"), std::string::npos);
  EXPECT_EQ(code(ask_for({"to ship", 1, std::chrono::hours(2)})), "above_ceiling");
  EXPECT_EQ(code(ask_for({"", 1, {}})), "bad_text");
  EXPECT_EQ(code(ask_for({"two\nlines", 1, {}})), "bad_text");
}

TEST_F(RequestRules, OpenRequestsAreBounded) {
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(ask("engineer", 1));
  EXPECT_EQ(code(ask("engineer", 1)), "too_many_requests");
  EXPECT_EQ(code(ask("mate", 1)), "ok");
  clock_.advance(std::chrono::hours(24));
  EXPECT_EQ(code(ask("engineer", 1)), "ok");
}

TEST_F(RequestRules, OnlyWhoIsNamedAnswersAndNeverTheRequester) {
  const RequestId id = ask("engineer", 1)->id;
  EXPECT_EQ(code(approve("engineer", id)), "own_request");
  EXPECT_EQ(code(approve("mate", id)), "not_an_approver");
  EXPECT_EQ(code(approve("keeper", id)), "not_an_approver");
  EXPECT_EQ(show(id).state, RequestState::pending);
  EXPECT_EQ(code(approve("approver", id)), "ok");
  EXPECT_EQ(show(id).state, RequestState::active);
  EXPECT_EQ(code(approve("second", id)), "not_pending");
}

TEST_F(RequestRules, RequesterNamedInTheStepStillCannotAnswer) {
  const Caller keeper = as("keeper");
  ASSERT_TRUE(in([&](Transaction& transaction) {
    return set_policy(transaction, keeper, signer(transaction),
                      {{{"release", {"engineer", "mate"}, 1}},
                       {3, std::chrono::hours(1), std::chrono::hours(24)}},
                      "peers", std::nullopt);
  }));
  const RequestId id = ask("engineer", 1)->id;
  EXPECT_EQ(code(approve("engineer", id)), "own_request");
  EXPECT_EQ(code(approve("mate", id)), "ok");
}

TEST_F(RequestRules, OwnerCannotApproveForHisMachine) {
  const Caller admin = as("admin");
  const Caller keeper = as("keeper");
  ASSERT_TRUE(in([&](Transaction& transaction) {
    return create_account(transaction, admin,
                          {"builder", AccountKind::machine, {}, {}, "approver"});
  }));
  ASSERT_TRUE(in([&](Transaction& transaction) {
    return set_member(transaction, keeper, signer(transaction), "builder",
                      LayeredRole::signer_operator);
  }));
  const RequestId id = ask("builder", 1)->id;
  EXPECT_EQ(code(approve("approver", id)), "own_request");
  EXPECT_EQ(code(approve("second", id)), "ok");
}

TEST_F(RequestRules, TwoDistinctPeopleAreTwo) {
  const Caller keeper = as("keeper");
  ASSERT_TRUE(in([&](Transaction& transaction) {
    return set_policy(transaction, keeper, signer(transaction),
                      {{{"release", {"approver", "second"}, 2}},
                       {3, std::chrono::hours(1), std::chrono::hours(24)}},
                      "two", std::nullopt);
  }));
  const RequestId id = ask("engineer", 1)->id;
  EXPECT_EQ(approve("approver", id)->state, RequestState::pending);
  EXPECT_EQ(code(approve("approver", id)), "answered_already");
  EXPECT_EQ(approve("second", id)->state, RequestState::active);
}

TEST_F(RequestRules, ARejectionEndsItAndNeedsAComment) {
  const RequestId id = ask("engineer", 1)->id;
  const Caller approver = as("approver");
  const auto reject = [&](const std::string& comment) {
    return in([&](Transaction& transaction) {
      return answer_request(transaction, approver, id, {false, comment});
    });
  };
  EXPECT_EQ(code(reject("")), "comment_missing");
  EXPECT_EQ(code(reject("wrong branch")), "ok");
  EXPECT_EQ(code(approve("second", id)), "not_pending");
  EXPECT_EQ(code(sign("engineer", operation_id(1))), "approval_rejected");
}

TEST_F(RequestRules, CancelIsTheRequestersRevokeNeedsAComment) {
  const RequestId id = ask("engineer", 1)->id;
  const Caller mate = as("mate");
  const Caller engineer = as("engineer");
  const Caller keeper = as("keeper");
  const auto cancel = [&](const Caller& caller) {
    return in([&](Transaction& transaction) {
      return stop_request(transaction, caller, id, RequestAction::cancel, "request.cancel", "");
    });
  };
  const auto revoke = [&](RequestId which, const std::string& comment) {
    return in([&](Transaction& transaction) {
      return stop_request(transaction, keeper, which, RequestAction::revoke, "request.revoke",
                          comment);
    });
  };
  EXPECT_EQ(code(cancel(mate)), "not_allowed");
  EXPECT_EQ(code(revoke(id, "early")), "not_active");
  EXPECT_EQ(code(cancel(engineer)), "ok");
  const RequestId other = ask("engineer", 2)->id;
  ASSERT_TRUE(approve("approver", other));
  EXPECT_EQ(code(revoke(other, "")), "comment_missing");
  EXPECT_EQ(code(revoke(other, "mistake")), "ok");
  EXPECT_EQ(code(sign("engineer", operation_id(1))), "approval_revoked");
}

TEST_F(RequestRules, NewPolicyEndsWhatIsOpen) {
  const RequestId pending = ask("engineer", 1)->id;
  const RequestId active = ask("engineer", 1)->id;
  ASSERT_TRUE(approve("approver", active));
  const Caller keeper = as("keeper");
  const auto set = [&](std::optional<PolicyNumber> before) {
    return in([&](Transaction& transaction) {
      return set_policy(
          transaction, keeper, signer(transaction),
          {{{"release", {"second"}, 1}}, {3, std::chrono::hours(1), std::chrono::hours(24)}},
          "other", before);
    });
  };
  EXPECT_EQ(code(set(7)), "policy_changed");
  EXPECT_EQ(code(set(1)), "ok");
  EXPECT_EQ(show(pending).state, RequestState::stale);
  EXPECT_EQ(show(active).state, RequestState::superseded);
  EXPECT_EQ(code(sign("engineer", operation_id(1))), "approval_superseded");
}

TEST_F(RequestRules, UnansweredRequestExpires) {
  const RequestId id = ask("engineer", 1)->id;
  clock_.advance(std::chrono::hours(24));
  EXPECT_EQ(code(approve("approver", id)), "not_pending");
  EXPECT_EQ(code(sign("engineer", operation_id(1))), "approval_expired");
}

TEST_F(RequestRules, ApproversArePeopleAmongTheMembers) {
  const Caller keeper = as("keeper");
  for (const char* const name : {"outsider", "nobody"})
    EXPECT_EQ(code(in([&](Transaction& transaction) {
                return set_policy(
                    transaction, keeper, signer(transaction),
                    {{{"release", {name}, 1}}, {3, std::chrono::hours(1), std::chrono::hours(24)}},
                    "x", std::nullopt);
              })),
              "bad_approver")
        << name;
}

}  // namespace
}  // namespace countersign::test
