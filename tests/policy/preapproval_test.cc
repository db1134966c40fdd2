// Leave to sign that another account is given beforehand, by the signer's modify quorum.
#include "tests/policy/request_world.h"

namespace countersign::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class Preapprovals : public RequestWorld {
 protected:
  std::string preapprove(const std::string& who, const std::string& beneficiary,
                         nlohmann::json wish = {{"reason", "nightly builds"}}) {
    const PolicyNumber policy = *in([&](Transaction& transaction) -> Result<PolicyNumber> {
      return signer(transaction).policy.value_or(0);
    });
    return submits(who, "request.preapprove",
                   {{"signer", 0},
                    {"beneficiary", beneficiary},
                    {"policy", policy},
                    {"wish", std::move(wish)}});
  }

  void make_second_admin() {
    ASSERT_EQ(
        submits("keeper", "member.add", {{"signer", 0}, {"principal", "mate"}, {"role", "admin"}}),
        "ok");
  }

  /// The latest request there is.
  Request latest() {
    return *in([&](Transaction& transaction) -> Result<Request> {
      return transaction.requests.list({}).back();
    });
  }
};

TEST_F(Preapprovals, LetAnotherSignWithoutAsking) {
  ASSERT_EQ(preapprove("keeper", "engineer", {{"reason", "nightly"}, {"count", 2}}), "ok");
  const Request request = latest();
  EXPECT_EQ(request.kind, RequestKind::preapproval);
  EXPECT_EQ(request.state, RequestState::active);
  EXPECT_EQ(code(sign("mate", operation_id(1))), "approval_needed");
  EXPECT_EQ(code(sign("engineer", operation_id(2))), "ok");
  EXPECT_EQ(code(sign("engineer", operation_id(3))), "ok");
  EXPECT_EQ(code(sign("engineer", operation_id(4))), "approval_used_up");
}

TEST_F(Preapprovals, ComeFromAdminsAndForOthersWhoMaySign) {
  EXPECT_EQ(preapprove("mate", "engineer"), "not_allowed");
  EXPECT_EQ(preapprove("approver", "engineer"), "not_allowed");
  EXPECT_EQ(preapprove("admin", "engineer"), "not_allowed");
  EXPECT_EQ(preapprove("keeper", "keeper"), "own_request");
  EXPECT_EQ(preapprove("keeper", "approver"), "not_a_signer");
  EXPECT_EQ(preapprove("keeper", "outsider"), "not_a_signer");
  EXPECT_EQ(preapprove("keeper", "nobody"), "not_found");
}

TEST_F(Preapprovals, KeepToThePolicy) {
  EXPECT_EQ(preapprove("keeper", "engineer", {{"reason", "x"}, {"count", 4}}), "above_ceiling");
  EXPECT_EQ(preapprove("keeper", "engineer", {{"reason", "x"}, {"window", "2h"}}), "above_ceiling");
}

TEST_F(Preapprovals, TakeTheModifyQuorum) {
  make_second_admin();
  ASSERT_EQ(preapprove("keeper", "engineer"), "waits");
  EXPECT_EQ(code(sign("engineer", operation_id(1))), "approval_needed");
  EXPECT_EQ(answers("approver"), "not_an_approver");
  EXPECT_EQ(inbox("mate"), "change 1");
  ASSERT_EQ(answers("mate"), "applied");
  EXPECT_EQ(code(sign("engineer", operation_id(2))), "ok");
}

TEST_F(Preapprovals, AreNoBusinessOfWhoGains) {
  make_second_admin();
  // The one who may sign by it is an admin, too, and does not count.
  EXPECT_EQ(preapprove("keeper", "mate"), "needs_second_admin");
}

TEST_F(Preapprovals, AreNotMadeUnderAnotherPolicy) {
  make_second_admin();
  ASSERT_EQ(preapprove("keeper", "engineer"), "waits");
  nlohmann::json tighter = policy_of({"approver", "second"}, 2);
  ASSERT_EQ(set(tighter), "ok");
  EXPECT_EQ(answers("mate"), "stale");
  EXPECT_EQ(code(sign("engineer", operation_id(1))), "approval_needed");
}

TEST_F(Preapprovals, FallWithWhoAgreed) {
  ASSERT_EQ(set(with("/quorums/modify", {{"approvers", {"approver", "second"}}, {"count", 1}})),
            "ok");
  ASSERT_EQ(preapprove("keeper", "engineer"), "waits");
  ASSERT_EQ(answers("approver"), "applied");
  ASSERT_EQ(latest().state, RequestState::active);
  disable("second");
  EXPECT_EQ(latest().state, RequestState::active) << "who did not agree to it";
}

TEST_F(Preapprovals, FallWhenTooFewWhoAgreedAreLeft) {
  ASSERT_EQ(set(with("/quorums/modify", {{"approvers", {"approver", "second"}}, {"count", 1}})),
            "ok");
  ASSERT_EQ(preapprove("keeper", "engineer"), "waits");
  ASSERT_EQ(answers("approver"), "applied");
  disable("approver");
  EXPECT_EQ(latest().state, RequestState::revoked);
  EXPECT_EQ(code(sign("engineer", operation_id(1))), "approval_revoked");
}

TEST_F(Preapprovals, FallWithWhoAskedForThem) {
  make_second_admin();
  ASSERT_EQ(
      submits("keeper", "member.add", {{"signer", 0}, {"principal", "second"}, {"role", "admin"}}),
      "waits");
  ASSERT_EQ(answers("mate"), "applied");
  ASSERT_EQ(preapprove("keeper", "engineer"), "waits");
  ASSERT_EQ(answers("mate"), "applied");
  ASSERT_EQ(
      submits("mate", "member.add", {{"signer", 0}, {"principal", "keeper"}, {"role", "operator"}}),
      "ok");
  EXPECT_EQ(latest().state, RequestState::revoked);
}

TEST_F(Preapprovals, FallWithWhoMaySign) {
  ASSERT_EQ(preapprove("keeper", "engineer"), "ok");
  ASSERT_EQ(submits("keeper", "member.remove", {{"signer", 0}, {"principal", "engineer"}}), "ok");
  EXPECT_EQ(latest().state, RequestState::revoked);
}

TEST_F(Preapprovals, BeginLater) {
  const std::string from =
      to_rfc3339(std::chrono::floor<std::chrono::seconds>(clock_.now() + hours(1)));
  ASSERT_EQ(
      preapprove("keeper", "engineer", {{"reason", "tonight"}, {"from", from}, {"window", "30m"}}),
      "ok");
  EXPECT_EQ(code(sign("engineer", operation_id(1))), "approval_not_yet");
  clock_.advance(hours(1));
  EXPECT_EQ(code(sign("engineer", operation_id(2))), "ok");
  clock_.advance(minutes(30));
  EXPECT_EQ(code(sign("engineer", operation_id(3))), "approval_expired");
}

}  // namespace
}  // namespace countersign::test
