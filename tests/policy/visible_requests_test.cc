// Which requests are listed and shown to whom, by strings and by membership.
#include "policy/visible_requests.h"

#include "policy/members.h"
#include "tests/policy/role_world.h"

namespace countersign::test {
namespace {

using Numbers = std::vector<RequestId>;

class VisibleRequests : public RoleWorld {
 protected:
  Numbers listed(const std::string& who) {
    const Caller caller = as(who);
    return *in([&](Transaction& transaction) -> Result<Numbers> {
      RequestFilter filter;
      filter.among = visible_requests(transaction, caller);
      Numbers numbers;
      for (const Request& each : transaction.requests.list(filter)) numbers.push_back(each.id);
      return numbers;
    });
  }
  std::string shown(const std::string& who, RequestId id) {
    const Caller caller = as(who);
    return code(in([&](Transaction& transaction) {
      return visible_request(transaction, caller, std::to_string(id));
    }));
  }
  /// The policy asks "helpers" too, a group that is then a member no more.
  void name_helpers() {
    ASSERT_EQ(group("helpers"), "ok");
    for (const char* const each : {"outsider", "engineer"}) ASSERT_EQ(join("helpers", each), "ok");
    in([&](Transaction& transaction) -> Status {
      SigningPolicy policy = *transaction.signers.current_policy(signer(transaction));
      policy.steps.front().approvers.emplace_back("group:Helpers");
      const SignerId id = signer(transaction).id;
      transaction.signers.set_policy(
          id, {0, policy, transaction.accounts.find("keeper")->id, "helpers", transaction.now});
      return {};
    });
  }
};

TEST_F(VisibleRequests, OfASignerAreSeenByItsMembers) {
  const RequestId id = ask("engineer", 1)->id;
  for (const char* const who : {"keeper", "engineer", "mate", "approver", "admin"}) {
    EXPECT_EQ(listed(who), Numbers{id}) << who;
    EXPECT_EQ(shown(who, id), "ok") << who;
  }
  EXPECT_EQ(listed("outsider"), Numbers{});
  EXPECT_EQ(shown("outsider", id), "not_found");
}

TEST_F(VisibleRequests, MineAreSeenByWhoMadeThemAlsoAfterHeLeft) {
  const RequestId mine = ask("engineer", 1)->id;
  const RequestId other = ask("mate", 1)->id;
  ASSERT_EQ(submits("keeper", "member.remove", {{"signer", 0}, {"principal", "engineer"}}), "ok");
  EXPECT_EQ(listed("engineer"), Numbers{mine});
  EXPECT_EQ(shown("engineer", mine), "ok");
  EXPECT_EQ(shown("engineer", other), "not_found");
}

TEST_F(VisibleRequests, MineAreThoseByWhichIMaySignToo) {
  ASSERT_EQ(submits("keeper", "request.preapprove",
                    {{"signer", 0},
                     {"beneficiary", "engineer"},
                     {"policy", 1},
                     {"wish", {{"reason", "nightly"}}}}),
            "ok");
  ASSERT_EQ(submits("keeper", "member.remove", {{"signer", 0}, {"principal", "engineer"}}), "ok");
  EXPECT_EQ(listed("engineer"), Numbers{1});
  EXPECT_EQ(shown("engineer", 1), "ok");
  EXPECT_EQ(shown("outsider", 1), "not_found");
}

TEST_F(VisibleRequests, PendingAreSeenByWhoIsNamedAndHasNotAnswered) {
  const RequestId before = ask("engineer", 1)->id;
  name_helpers();
  const RequestId id = ask("engineer", 1)->id;
  EXPECT_EQ(listed("outsider"), Numbers{id});
  EXPECT_EQ(shown("outsider", id), "ok");
  EXPECT_EQ(shown("outsider", before), "not_found") << "made under a policy without them";
  ASSERT_TRUE(approve("second", id));
  EXPECT_EQ(listed("outsider"), Numbers{}) << "it waits for nobody any more";
  EXPECT_EQ(shown("outsider", id), "not_found");
}

TEST_F(VisibleRequests, PendingAreNotOnesOwn) {
  name_helpers();
  const RequestId id = ask("engineer", 1)->id;
  ASSERT_EQ(submits("keeper", "member.remove", {{"signer", 0}, {"principal", "engineer"}}), "ok");
  EXPECT_EQ(listed("engineer"), Numbers{id}) << "as his own";
  clock_.advance(std::chrono::hours(48));
  EXPECT_EQ(listed("outsider"), Numbers{}) << "its time is over";
}

// Every account is a member of the product, which gives mine and pending; what each string gives
// alone is in RightDecision.* and here as what roles add to it.
TEST_F(VisibleRequests, AreAllForWhoHoldsTheWhole) {
  const RequestId first = ask("engineer", 1)->id;
  const RequestId second = ask("mate", 1)->id;
  ASSERT_EQ(role("mine", {"/workflows/instances/read/mine/"}), "ok");
  ASSERT_EQ(role("pending", {"/workflows/instances/read/pending/"}), "ok");
  ASSERT_EQ(role("whole", {"/workflows/instances/read/"}), "ok");
  ASSERT_EQ(grant("mine", "outsider"), "ok");
  EXPECT_EQ(listed("outsider"), Numbers{});
  ASSERT_EQ(grant("pending", "outsider"), "ok");
  EXPECT_EQ(listed("outsider"), Numbers{});
  ASSERT_EQ(grant("whole", "outsider"), "ok");
  EXPECT_EQ(listed("outsider"), (Numbers{first, second}));
  EXPECT_EQ(shown("outsider", first), "ok");
}

}  // namespace
}  // namespace countersign::test
