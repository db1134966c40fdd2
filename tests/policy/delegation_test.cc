// Answering in the place of a colleague.
#include "policy/access.h"
#include "tests/policy/request_world.h"

namespace countersign::test {
namespace {

using std::chrono::hours;

class Delegations : public RequestWorld {
 protected:
  Delegations() { EXPECT_EQ(set(policy_of({"approver"}, 1)), "ok"); }

  /// "mate for approver", of each who may answer in somebody's place.
  std::string may_answer(RequestId id) {
    return *in([&](Transaction& transaction) -> Result<std::string> {
      std::string text;
      for (const auto& [delegate, delegator] :
           delegates_for(transaction, *transaction.requests.find(id)))
        text += (text.empty() ? "" : ", ") + transaction.accounts.name_of(delegate) + " for " +
                transaction.accounts.name_of(delegator);
      return text;
    });
  }

  std::string end(const std::string& who, DelegationId id) {
    const Caller caller = as(who);
    return code(
        in([&](Transaction& transaction) { return end_delegation(transaction, caller, id); }));
  }
};

TEST_F(Delegations, AColleagueAnswersWhileTheyHold) {
  const RequestId id = ask("engineer", 1)->id;
  EXPECT_EQ(code(approve("second", id)), "not_an_approver");
  ASSERT_EQ(delegate("approver", "second", hours(1), hours(2)), "ok");
  EXPECT_EQ(code(approve("second", id)), "not_an_approver");
  clock_.advance(hours(1));
  EXPECT_EQ(inbox("second"), "request " + std::to_string(id));
  ASSERT_EQ(code(approve("second", id)), "ok");
  EXPECT_EQ(show(id).state, RequestState::active);
  const RequestId later = ask("engineer", 1)->id;
  clock_.advance(hours(2));
  EXPECT_EQ(inbox("second"), "");
  EXPECT_EQ(code(approve("second", later)), "not_an_approver");
}

TEST_F(Delegations, EndByHand) {
  ASSERT_EQ(delegate("approver", "second"), "ok");
  EXPECT_EQ(end("approver", 1), "ok");
  EXPECT_EQ(end("approver", 1), "delegation_over");
  EXPECT_EQ(code(approve("second", ask("engineer", 1)->id)), "not_an_approver");
}

TEST_F(Delegations, EndByEitherOfTheTwoOrWhoLooksAfterAccounts) {
  for (int i = 0; i < 3; ++i) ASSERT_EQ(delegate("approver", "second"), "ok");
  EXPECT_EQ(end("keeper", 1), "not_found");
  EXPECT_EQ(end("approver", 1), "ok");
  EXPECT_EQ(end("second", 2), "ok");
  EXPECT_EQ(end("admin", 3), "ok");
  EXPECT_EQ(end("admin", 4), "not_found");
}

TEST_F(Delegations, CountOnce) {
  nlohmann::json policy = policy_of({"approver", "second"}, 2);
  ASSERT_EQ(set(policy), "ok");
  ASSERT_EQ(delegate("approver", "keeper"), "ok");
  const RequestId id = ask("engineer", 1)->id;
  ASSERT_EQ(code(approve("keeper", id)), "ok");
  EXPECT_EQ(code(approve("approver", id)), "answered_already");
  EXPECT_EQ(code(approve("keeper", id)), "answered_already");
  EXPECT_EQ(show(id).state, RequestState::pending);
  ASSERT_EQ(code(approve("second", id)), "ok");
  EXPECT_EQ(show(id).state, RequestState::active);
}

/// Who is named himself answers for himself, and no second time for another.
TEST_F(Delegations, OnePersonIsOnePerson) {
  ASSERT_EQ(set(policy_of({"approver", "second"}, 2)), "ok");
  ASSERT_EQ(delegate("approver", "second"), "ok");
  const RequestId id = ask("engineer", 1)->id;
  ASSERT_EQ(code(approve("second", id)), "ok");
  EXPECT_EQ(code(approve("second", id)), "answered_already");
  EXPECT_EQ(show(id).state, RequestState::pending);
}

/// Nor does a colleague answer for one who has answered himself.
TEST_F(Delegations, GiveNobodyASecondVoice) {
  ASSERT_EQ(set(policy_of({"approver", "second"}, 2)), "ok");
  ASSERT_EQ(delegate("approver", "mate"), "ok");
  const RequestId id = ask("engineer", 1)->id;
  ASSERT_EQ(code(approve("approver", id)), "ok");
  EXPECT_EQ(code(approve("mate", id)), "not_an_approver");
  EXPECT_EQ(show(id).state, RequestState::pending);
}

/// Whoever is told that he may answer may, and nobody else is told.
TEST_F(Delegations, SayWhoMayAnswerNow) {
  ASSERT_EQ(set(policy_of({"approver", "second"}, 2)), "ok");
  const RequestId id = ask("engineer", 1)->id;
  for (const char* const colleague : {"outsider", "engineer", "second"})
    ASSERT_EQ(delegate("approver", colleague), "ok");
  EXPECT_EQ(may_answer(id), "") << "who has no right, who asked, who is named himself";
  ASSERT_EQ(delegate("approver", "mate", hours(1), hours(2)), "ok");
  EXPECT_EQ(may_answer(id), "");
  clock_.advance(hours(1));
  EXPECT_EQ(may_answer(id), "mate for approver");
  ASSERT_EQ(code(approve("approver", id)), "ok");
  EXPECT_EQ(may_answer(id), "");
  ASSERT_EQ(delegate("second", "mate"), "ok");
  EXPECT_EQ(may_answer(id), "mate for second");
  ASSERT_EQ(code(approve("mate", id)), "ok");
  EXPECT_EQ(may_answer(id), "") << "it waits no more";
  const RequestId later = ask("engineer", 1)->id;
  EXPECT_EQ(may_answer(later), "mate for approver");
  clock_.advance(hours(24));
  EXPECT_EQ(may_answer(ask("engineer", 1)->id), "") << "no delegation holds any more";
}

TEST_F(Delegations, NeverServeTheRequester) {
  // The requester answers nothing of his own, neither himself nor through a colleague.
  ASSERT_EQ(set(policy_of({"engineer", "approver"}, 1)), "ok");
  ASSERT_EQ(delegate("approver", "engineer"), "ok");
  ASSERT_EQ(delegate("engineer", "second"), "ok");
  const RequestId id = ask("engineer", 1)->id;
  EXPECT_EQ(code(approve("engineer", id)), "own_request");
  EXPECT_EQ(code(approve("second", id)), "not_an_approver");
}

TEST_F(Delegations, MakeNoChains) {
  ASSERT_EQ(delegate("approver", "mate"), "ok");
  ASSERT_EQ(delegate("mate", "second"), "ok");
  const RequestId id = ask("engineer", 1)->id;
  EXPECT_EQ(code(approve("second", id)), "not_an_approver");
  EXPECT_EQ(code(approve("mate", id)), "ok");
}

TEST_F(Delegations, GoToNobodyWithoutTheRight) {
  ASSERT_EQ(delegate("approver", "outsider"), "ok");
  const RequestId id = ask("engineer", 1)->id;
  EXPECT_EQ(inbox("outsider"), "");
  const Caller outsider = as("outsider");
  const auto seen = in([&](Transaction& transaction) -> Result<bool> {
    return authorise(transaction, outsider, operation("request.approve"), &signer(transaction))
        .has_value();
  });
  EXPECT_FALSE(*seen);
  // Were it asked all the same, it would not count.
  approve("outsider", id);
  EXPECT_EQ(show(id).state, RequestState::pending);
}

TEST_F(Delegations, FallWithWhoeverLeaves) {
  ASSERT_EQ(delegate("approver", "mate"), "ok");
  const RequestId id = ask("engineer", 3)->id;
  ASSERT_EQ(code(approve("mate", id)), "ok");
  ASSERT_EQ(show(id).state, RequestState::active);
  ASSERT_EQ(submits("keeper", "member.remove", {{"signer", 0}, {"principal", "mate"}}), "ok");
  EXPECT_EQ(show(id).state, RequestState::revoked);
}

TEST_F(Delegations, FallWithWhoseVoiceTheyAre) {
  ASSERT_EQ(set(policy_of({"approver", "second"}, 1)), "ok");
  ASSERT_EQ(delegate("approver", "mate"), "ok");
  const RequestId id = ask("engineer", 3)->id;
  ASSERT_EQ(code(approve("mate", id)), "ok");
  disable("approver");
  EXPECT_EQ(show(id).state, RequestState::revoked);
}

TEST_F(Delegations, FallWhenWhoAnsweredOwnsTheMachineThatAsked) {
  make_machine("builder", "outsider", "operator");
  ASSERT_EQ(delegate("approver", "mate"), "ok");
  const RequestId id = ask("builder", 3)->id;
  ASSERT_EQ(code(approve("mate", id)), "ok");
  ASSERT_EQ(submits("admin", "account.add_owner", {{"account", "builder"}, {"owner", "mate"}}),
            "waits");
  ASSERT_EQ(answers("keeper"), "applied");
  EXPECT_EQ(show(id).state, RequestState::revoked);
}

TEST_F(Delegations, AreBetweenPeople) {
  make_machine("builder", "outsider", "auditor");
  EXPECT_EQ(delegate("approver", "approver"), "not_a_person");
  EXPECT_EQ(delegate("approver", "builder"), "not_a_person");
  EXPECT_EQ(delegate("builder", "approver"), "not_a_person");
  EXPECT_EQ(delegate("approver", "nobody"), "not_found");
  disable("second");
  EXPECT_EQ(delegate("approver", "second"), "not_found");
}

TEST_F(Delegations, AreForATime) {
  constexpr Milliseconds now(0), longest = hours(24 * 90);
  EXPECT_EQ(delegate("approver", "second", now, longest), "ok");
  EXPECT_EQ(delegate("approver", "second", now, longest + Milliseconds(1)), "bad_window");
  EXPECT_EQ(delegate("approver", "second", now, Milliseconds(0)), "bad_window");
  EXPECT_EQ(delegate("approver", "second", hours(2), -hours(1)), "bad_window") << "backwards";
  EXPECT_EQ(delegate("approver", "second", -hours(2), hours(1)), "bad_window") << "in the past";
}

TEST_F(Delegations, AreTwentyAtMost) {
  for (int i = 0; i < 20; ++i) ASSERT_EQ(delegate("approver", "second"), "ok");
  EXPECT_EQ(delegate("approver", "second"), "too_many_delegations");
  EXPECT_EQ(delegate("second", "approver"), "ok") << "those to him are not his";
  ASSERT_EQ(end("approver", 1), "ok");
  EXPECT_EQ(delegate("approver", "second"), "ok");
}

}  // namespace
}  // namespace countersign::test
