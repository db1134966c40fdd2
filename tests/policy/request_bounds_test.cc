// What else a request is bound to: a later moment, a network; and what holds when somebody leaves.
#include "tests/policy/request_world.h"

namespace countersign::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

using RequestBounds = RequestWorld;

TEST_F(RequestBounds, TheWindowOpensWhenItIsTold) {
  NewRequest wish{"release night", 1, minutes(10)};
  wish.starts = clock_.now() + hours(2);
  const RequestId id = create("engineer", wish)->id;
  ASSERT_EQ(code(approve("approver", id)), "ok");
  EXPECT_EQ(code(sign("engineer", operation_id(1))), "approval_not_yet");
  clock_.advance(hours(2) - Milliseconds(1));
  EXPECT_EQ(code(sign("engineer", operation_id(2))), "approval_not_yet");
  clock_.advance(Milliseconds(1));
  EXPECT_EQ(code(sign("engineer", operation_id(3))), "ok");
}

TEST_F(RequestBounds, AnApprovalAfterItOpensTheWindowThen) {
  NewRequest wish{"release night", 1, minutes(10)};
  wish.starts = clock_.now() + minutes(1);
  const RequestId id = create("engineer", wish)->id;
  clock_.advance(minutes(5));
  ASSERT_EQ(code(approve("approver", id)), "ok");
  EXPECT_EQ(*show(id).active_until, clock_.now() + minutes(10));
  EXPECT_EQ(code(sign("engineer", operation_id(1))), "ok");
}

TEST_F(RequestBounds, NotInMonths) {
  NewRequest wish{"next year", 1, {}};
  wish.starts = clock_.now() + hours(24 * 30) + Milliseconds(1);
  EXPECT_EQ(code(create("engineer", wish)), "bad_start");
}

TEST_F(RequestBounds, ANetworkThatCallersComeFrom) {
  NewRequest wish{"from here", 1, {}};
  wish.networks = {"office"};
  EXPECT_EQ(code(create("engineer", wish)), "bad_network");
  wish.networks = {"local"};
  const RequestId id = create("engineer", wish)->id;
  ASSERT_EQ(code(approve("approver", id)), "ok");
  EXPECT_EQ(code(sign("engineer", operation_id(1))), "ok");
}

TEST_F(RequestBounds, ANetworkWhereThePolicyDemandsOne) {
  ASSERT_EQ(set(with("/demands/network", "required")), "ok");
  EXPECT_EQ(code(ask("engineer", 1)), "network_missing");
  // What is filed by waiting is bound to where it comes from.
  SigningWish wish = wish_for(operation_id(1), 1);
  wish.files_request = true;
  wish.waits_until = clock_.now() + minutes(1);
  const auto answer = ask_to_sign("engineer", wish);
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(show(std::get<AwaitedRequest>(*answer).id).networks, std::vector<std::string>{"local"});
}

TEST_F(RequestBounds, MetadataTravelWithASignatureThatWaits) {
  ASSERT_EQ(
      set(with("/demands/metadata", {{{"name", "ticket"}, {"kind", "text"}, {"required", true}}})),
      "ok");
  SigningWish wish = wish_for(operation_id(1), 1);
  wish.files_request = true;
  wish.waits_until = clock_.now() + minutes(1);
  EXPECT_EQ(code(ask_to_sign("engineer", wish)), "bad_metadata");
  wish.operation = operation_id(2);
  wish.metadata = {{"ticket", "REL-7"}};
  const auto answer = ask_to_sign("engineer", wish);
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(show(std::get<AwaitedRequest>(*answer).id).metadata.at("ticket"), "REL-7");
}

TEST_F(RequestBounds, PendingOnesEndWithTheirRequester) {
  const RequestId id = ask("engineer", 1)->id;
  disable("engineer");
  EXPECT_EQ(show(id).state, RequestState::cancelled);
}

TEST_F(RequestBounds, EndedByAdminsOfTheSignerAndWhoManagesRequestsAlone) {
  const RequestId pending = ask("engineer", 1)->id, active = ask("engineer", 1)->id;
  ASSERT_EQ(code(approve("approver", active)), "ok");
  for (const char* const who : {"engineer", "mate", "approver", "admin"}) {
    EXPECT_EQ(stop(who, active, RequestAction::revoke), "not_allowed") << who;
    EXPECT_EQ(stop(who, pending, RequestAction::end), "not_allowed") << who;
  }
  EXPECT_EQ(stop("keeper", pending, RequestAction::end), "not_allowed");
  EXPECT_EQ(stop("keeper", active, RequestAction::revoke), "ok");
}

TEST_F(RequestBounds, WhoOwnedTheMachineOnceDoesNotAnswerForIt) {
  make_machine("builder", "approver", "operator");
  ASSERT_EQ(submits("admin", "account.add_owner", {{"account", "builder"}, {"owner", "mate"}}),
            "waits");
  ASSERT_EQ(answers("keeper"), "applied");
  ASSERT_EQ(
      submits("admin", "account.remove_owner", {{"account", "builder"}, {"owner", "approver"}}),
      "ok");
  const RequestId id = ask("builder", 1)->id;
  EXPECT_EQ(code(approve("approver", id)), "own_request");
  EXPECT_EQ(code(approve("second", id)), "ok");
}

TEST_F(RequestBounds, AMachineInAGroupOfApproversAnswersNothing) {
  make_machine("builder", "outsider", "auditor");
  make_group("board", {"approver", "builder"});
  ASSERT_EQ(set(policy_of({"group:board"}, 1)), "ok");
  const RequestId id = ask("engineer", 1)->id;
  EXPECT_EQ(inbox("builder"), "");
  EXPECT_EQ(code(approve("builder", id)), "not_an_approver");
  EXPECT_EQ(code(approve("approver", id)), "ok");
}

TEST_F(RequestBounds, TheInboxHasWhatHasComeToOnesOwnStep) {
  nlohmann::json policy = policy_of({"approver"}, 1);
  policy["approval"].push_back({{"name", "board"}, {"approvers", {"second"}}, {"count", 1}});
  ASSERT_EQ(set(policy), "ok");
  const RequestId id = ask("engineer", 1)->id;
  EXPECT_EQ(inbox("second"), "");
  ASSERT_EQ(code(approve("approver", id)), "ok");
  EXPECT_EQ(inbox("second"), "request " + std::to_string(id));
  EXPECT_EQ(inbox("approver"), "");
}

TEST_F(RequestBounds, ActiveOnesOutliveAnApproverWhereThePolicySaysSo) {
  ASSERT_EQ(submits("keeper", "member.add",
                    {{"signer", 0}, {"principal", "outsider"}, {"role", "auditor"}}),
            "ok");
  nlohmann::json policy = policy_of({"approver", "second", "outsider"}, 2);
  policy["when_approver_leaves"] = "keep";
  ASSERT_EQ(set(policy), "ok");
  const RequestId active = ask("engineer", 1)->id, pending = ask("engineer", 1)->id;
  for (const char* const who : {"approver", "second"}) approve(who, active);
  ASSERT_EQ(show(active).state, RequestState::active);
  ASSERT_EQ(code(approve("approver", pending)), "ok");
  disable("approver");
  EXPECT_EQ(show(active).state, RequestState::active);
  ASSERT_EQ(code(approve("second", pending)), "ok");
  EXPECT_EQ(show(pending).state, RequestState::pending) << "a pending one loses it all the same";
  ASSERT_EQ(code(approve("outsider", pending)), "ok");
  EXPECT_EQ(show(pending).state, RequestState::active);
}

}  // namespace
}  // namespace countersign::test
