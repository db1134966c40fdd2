// Quorums of a signer's own: whose consent it takes to freeze, unfreeze, loosen and let people in.
#include "policy/freezes.h"
#include "tests/policy/role_world.h"

namespace countersign::test {
namespace {

using nlohmann::json;

class QuorumTest : public RoleWorld {
 protected:
  std::string set_quorums(const std::string& who, const json& quorums) {
    json policy = policy_of({"approver", "second"}, 1);
    if (!quorums.is_null()) policy["quorums"] = quorums;
    return submits(who, "policy.set", {{"signer", 0}, {"policy", policy}, {"reason", "test"}});
  }
  std::string add(const std::string& who, const std::string& whom) {
    return submits(who, "member.add", {{"signer", 0}, {"principal", whom}, {"role", "operator"}});
  }
  std::string change_state(const std::string& who, const std::string& operation) {
    return submits(who, operation, {{"signer", 0}, {"reason", "test"}});
  }
  SignerState state() {
    return *in(
        [&](Transaction& transaction) -> Result<SignerState> { return signer(transaction).state; });
  }
};

TEST_F(QuorumTest, MembersTakeThePeopleThatThePolicyNames) {
  ASSERT_EQ(
      set_quorums("keeper", {{"members", {{"approvers", {"approver", "second"}}, {"count", 2}}}}),
      "ok");
  EXPECT_EQ(add("keeper", "outsider"), "waits");
  EXPECT_EQ(asked(), "approver second");
  EXPECT_EQ(answers("engineer"), "not_an_approver");
  EXPECT_EQ(answers("approver"), "pending");
  EXPECT_EQ(asked(), "second");
  EXPECT_EQ(answers("approver"), "answered_already");
  EXPECT_EQ(answers("second"), "applied");
  EXPECT_EQ(asked(), "");
}

TEST_F(QuorumTest, LooseningTakesTheOldQuorumAlsoWhereItIsTheQuorumThatIsLoosened) {
  const json strict{{"modify", {{"approvers", {"approver", "second"}}, {"count", 2}}}};
  ASSERT_EQ(set_quorums("keeper", strict), "ok");
  EXPECT_EQ(set_quorums("keeper", strict), "ok");
  EXPECT_EQ(set_quorums("keeper", nullptr), "waits");
  EXPECT_EQ(answers("second"), "pending");
  EXPECT_EQ(answers("approver"), "applied");
  EXPECT_EQ(add("keeper", "outsider"), "ok");
}

TEST_F(QuorumTest, OnePersonFreezesUnlessThePolicySaysOtherwise) {
  EXPECT_EQ(change_state("keeper", "signer.freeze"), "ok");
  EXPECT_EQ(change_state("keeper", "signer.unfreeze"), "ok");
  ASSERT_EQ(
      set_quorums("keeper", {{"freeze", {{"approvers", {"approver", "keeper"}}, {"count", 2}}},
                             {"unfreeze", {{"approvers", {"second"}}, {"count", 1}}}}),
      "ok");
  EXPECT_EQ(change_state("keeper", "signer.freeze"), "waits");
  EXPECT_EQ(state(), SignerState::active);
  EXPECT_EQ(answers("approver"), "applied");
  EXPECT_EQ(state(), SignerState::frozen);
  EXPECT_EQ(change_state("keeper", "signer.unfreeze"), "waits");
  EXPECT_EQ(answers("approver"), "not_an_approver");
  EXPECT_EQ(answers("second"), "applied");
  EXPECT_EQ(state(), SignerState::active);
}

TEST_F(QuorumTest, OneThatNobodyCouldMakeUpIsRefusedAndKept) {
  EXPECT_EQ(set_quorums("keeper", {{"modify", {{"count", 2}}}}), "quorum_unsatisfiable");
  EXPECT_EQ(set_quorums("keeper", {{"modify", {{"approvers", {"outsider"}}, {"count", 1}}}}),
            "bad_approver");
  ASSERT_EQ(set_quorums("keeper", {{"modify", {{"approvers", {"mate"}}, {"count", 1}}}}), "ok");
  EXPECT_EQ(submits("keeper", "member.remove", {{"signer", 0}, {"principal", "mate"}}),
            "named_in_policy");
  EXPECT_EQ(submits("admin", "account.disable", {{"account", "mate"}, {"reason", "gone"}}),
            "quorum_unsatisfiable");
}

TEST_F(QuorumTest, AFreezeOfTheProductIsOnePersonsToMakeAndTwoPeoplesToEnd) {
  ASSERT_EQ(set_quorums("keeper", nullptr), "ok");
  ASSERT_EQ(
      submits("admin", "account.change", {{"account", "outsider"}, {"product_role", "admin"}}),
      "ok");
  const Caller admin = as("admin");
  const auto freeze = [&](Milliseconds until) {
    return in([&](Transaction& transaction) {
             return create_freeze(transaction, admin,
                                  {transaction.now, transaction.now + until, "audit"});
           })
        .value()
        .id;
  };
  const auto end = [&](FreezeId id) {
    return submits("admin", "freeze.end", {{"freeze", id}, {"reason", "over"}});
  };
  const FreezeId shorter = freeze(std::chrono::hours(1)), longer = freeze(std::chrono::hours(2));
  EXPECT_EQ(code(sign("engineer", operation_id(1))), "freeze_window");
  EXPECT_EQ(end(shorter), "ok");  // which lets nobody sign any earlier
  EXPECT_EQ(end(longer), "waits");
  EXPECT_EQ(code(sign("engineer", operation_id(2))), "freeze_window");
  EXPECT_EQ(answers("outsider"), "applied");
  EXPECT_EQ(code(sign("engineer", operation_id(3))), "approval_needed");
  EXPECT_EQ(end(longer), "freeze_over");
}

TEST_F(QuorumTest, WhoIsDisabledMeanwhileDoesNotCount) {
  ASSERT_EQ(
      set_quorums("keeper",
                  {{"members", {{"approvers", {"approver", "second", "mate"}}, {"count", 2}}}}),
      "ok");
  EXPECT_EQ(add("keeper", "outsider"), "waits");
  EXPECT_EQ(answers("approver"), "pending");
  ASSERT_EQ(submits("admin", "account.disable", {{"account", "approver"}, {"reason", "gone"}}),
            "ok");
  EXPECT_EQ(answers("second"), "pending");
  EXPECT_EQ(answers("mate"), "applied");
}

}  // namespace
}  // namespace countersign::test
