// Requests that go through several steps, and what a policy demands of them.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/encoding.h"
#include "tests/policy/store_world.h"

namespace countersign::test {
namespace {

class Steps : public StoreWorld {
 protected:
  std::string set(const nlohmann::json& policy) {
    return submits("keeper", "policy.set", {{"signer", 0}, {"policy", policy}, {"reason", "test"}});
  }

  static nlohmann::json two_steps(const std::vector<std::string>& first,
                                  const std::vector<std::string>& second) {
    nlohmann::json policy = policy_of(first, 1);
    policy["approval"].push_back({{"name", "board"}, {"approvers", second}, {"count", 1}});
    return policy;
  }

  static nlohmann::json with(const std::string& pointer, const nlohmann::json& value) {
    nlohmann::json policy = policy_of({"approver", "second"}, 1);
    policy[nlohmann::json::json_pointer(pointer)] = value;
    return policy;
  }

  std::string create(const NewRequest& wish) {
    const Caller caller = as("engineer");
    return code(in([&](Transaction& transaction) {
      return create_request(transaction, caller, signer(transaction), wish);
    }));
  }
};

TEST_F(Steps, AreAnsweredInTheirOrder) {
  ASSERT_EQ(set(two_steps({"approver"}, {"second"})), "ok");
  const RequestId id = ask("engineer", 1)->id;
  EXPECT_EQ(code(approve("second", id)), "not_an_approver");
  ASSERT_EQ(code(approve("approver", id)), "ok");
  EXPECT_EQ(show(id).state, RequestState::pending);
  EXPECT_EQ(code(sign("engineer", operation_id(1))), "approval_pending");
  ASSERT_EQ(code(approve("second", id)), "ok");
  EXPECT_EQ(show(id).state, RequestState::active);
  EXPECT_EQ(code(sign("engineer", operation_id(2))), "ok");
}

TEST_F(Steps, OnePersonAnswersOneOfThem) {
  ASSERT_EQ(set(two_steps({"approver"}, {"approver", "second"})), "ok");
  const RequestId id = ask("engineer", 1)->id;
  ASSERT_EQ(code(approve("approver", id)), "ok");
  EXPECT_EQ(code(approve("approver", id)), "answered_already");
  EXPECT_EQ(show(id).state, RequestState::pending);
}

TEST_F(Steps, ThatTooFewPeopleCanCompleteAreRefused) {
  EXPECT_EQ(set(two_steps({"approver"}, {"approver"})), "step_unsatisfiable");
  EXPECT_EQ(set(two_steps({"approver", "second"}, {"approver"})), "ok");
}

TEST_F(Steps, AnApproverWhoLeftDoesNotCountInPendingOnes) {
  ASSERT_EQ(set(policy_of({"approver", "second", "mate"}, 2)), "ok");
  const RequestId id = ask("engineer", 1)->id;
  ASSERT_EQ(code(approve("approver", id)), "ok");
  ASSERT_EQ(submits("admin", "account.disable", {{"account", "approver"}, {"reason", "left"}}),
            "ok");
  ASSERT_EQ(code(approve("second", id)), "ok");
  EXPECT_EQ(show(id).state, RequestState::pending);
  ASSERT_EQ(code(approve("mate", id)), "ok");
  EXPECT_EQ(show(id).state, RequestState::active);
}

TEST_F(Steps, AnApproverWhoLeftEndsActiveOnesForGood) {
  const RequestId id = ask("engineer", 1)->id;
  ASSERT_EQ(code(approve("approver", id)), "ok");
  ASSERT_EQ(show(id).state, RequestState::active);
  ASSERT_EQ(submits("admin", "account.disable", {{"account", "approver"}, {"reason", "left"}}),
            "ok");
  EXPECT_EQ(show(id).state, RequestState::revoked);
  EXPECT_EQ(code(sign("engineer", operation_id(1))), "approval_revoked");
}

TEST_F(Steps, DigestsAndMetadataAreGivenWhereThePolicyWantsThem) {
  ASSERT_EQ(set(with("/demands",
                     {{"digests", "required"},
                      {"metadata",
                       {{{"name", "ticket"}, {"kind", "pattern"}, {"pattern", "REL-[0-9]+"}}}}})),
            "ok");
  NewRequest wish{"2.1", {}, {}};
  EXPECT_EQ(create(wish), "digests_missing");
  wish.digests = {{to_hex(Bytes(32, 1)), "a.exe", 1, 0}};
  EXPECT_EQ(create(wish), "bad_metadata");
  wish.metadata = {{"ticket", "REL-x"}};
  EXPECT_EQ(create(wish), "bad_metadata");
  wish.metadata = {{"ticket", "REL-7"}};
  EXPECT_EQ(create(wish), "ok");
}

TEST_F(Steps, NoMoreRequestsAreActiveThanThePolicyLets) {
  ASSERT_EQ(set(with("/ceilings/active_requests", 1)), "ok");
  const RequestId first = ask("engineer", 1)->id;
  const RequestId second = ask("engineer", 1)->id;
  ASSERT_EQ(code(approve("approver", first)), "ok");
  EXPECT_EQ(code(approve("approver", second)), "too_many_active");
  EXPECT_EQ(show(second).state, RequestState::pending);
  EXPECT_EQ(create({"more", 1, {}}), "too_many_active");
  ASSERT_EQ(code(sign("engineer", operation_id(1))), "ok");
  EXPECT_EQ(code(approve("approver", second)), "ok");
}

}  // namespace
}  // namespace countersign::test
