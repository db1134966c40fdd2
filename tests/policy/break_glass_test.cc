// Signing in an emergency, and the review of it.
#include "policy/break_glass.h"

#include "tests/policy/request_world.h"

namespace countersign::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class Emergency : public RequestWorld {
 protected:
  Emergency() { EXPECT_EQ(set_glass({"engineer"}, {"second"}), "ok"); }

  std::string set_glass(const std::vector<std::string>& members,
                        const std::vector<std::string>& reviewers) {
    return set(with("/break_glass", {{"members", members},
                                     {"signatures", 2},
                                     {"window", "30m"},
                                     {"token_younger_than", "10m"},
                                     {"reviewers", reviewers},
                                     {"review_within", "24h"}}));
  }

  Result<Request> breaks(const Caller& caller, const NewRequest& wish = {"outage", {}, {}}) {
    return in([&](Transaction& transaction) {
      return break_glass(transaction, caller, signer(transaction), wish);
    });
  }
  Result<Request> breaks() { return breaks(proven("engineer", minutes(1))); }

  std::string review(const std::string& who, RequestId id, const std::string& comment = "seen") {
    const Caller caller = as(who);
    return code(in([&](Transaction& transaction) {
      return review_request(transaction, caller, id, comment);
    }));
  }
};

TEST_F(Emergency, TheNamedSignAtOnce) {
  const auto request = breaks();
  ASSERT_TRUE(request) << request.error().text();
  EXPECT_EQ(request->kind, RequestKind::break_glass);
  EXPECT_EQ(code(sign("engineer", operation_id(1))), "ok");
  EXPECT_EQ(code(sign("mate", operation_id(2))), "approval_needed");
  EXPECT_EQ(code(sign("engineer", operation_id(3))), "ok");
  EXPECT_EQ(code(sign("engineer", operation_id(4))), "approval_used_up");
}

TEST_F(Emergency, IsForTheNamedWithFreshTokens) {
  EXPECT_EQ(code(breaks(proven("mate", minutes(1)))), "not_named");
  EXPECT_EQ(code(breaks(proven("keeper", minutes(1)))), "not_named");
  EXPECT_EQ(code(breaks(as("engineer"))), "step_up_needed");
  EXPECT_EQ(code(breaks(proven("engineer", minutes(11)))), "step_up_needed");
}

TEST_F(Emergency, CoversWhatThePolicySays) {
  const Caller caller = proven("engineer", minutes(1));
  EXPECT_EQ(code(breaks(caller, {"", {}, {}})), "bad_text");
  EXPECT_EQ(code(breaks(caller, {"x", 3, {}})), "above_ceiling");
  EXPECT_EQ(code(breaks(caller, {"x", 1, minutes(31)})), "above_ceiling");
  NewRequest digests{"x", {}, {}};
  digests.digests = {{std::string(64, 'a'), "app", 3, 0}};
  EXPECT_EQ(code(breaks(caller, digests)), "above_ceiling");
  NewRequest later{"x", 1, {}};
  later.starts = clock_.now() + hours(1);
  ASSERT_EQ(breaks(caller, later)->active_from, clock_.now()) << "now is what it is for";
  clock_.advance(minutes(30));
  EXPECT_EQ(code(sign("engineer", operation_id(1))), "approval_expired");
}

TEST_F(Emergency, NoneWithoutAWordOfThePolicy) {
  ASSERT_EQ(set(policy_of({"approver", "second"}, 2)), "ok");
  EXPECT_EQ(code(breaks()), "no_break_glass");
}

TEST_F(Emergency, StopsNoFreeze) {
  ASSERT_EQ(code(breaks()), "ok");
  ASSERT_EQ(submits("keeper", "signer.freeze", {{"signer", 0}, {"reason", "leak"}}), "ok");
  EXPECT_EQ(code(sign("engineer", operation_id(1))), "signer_frozen");
}

TEST_F(Emergency, TellsEverybodyNamed) {
  ASSERT_EQ(set_glass({"engineer"}, {"keeper"}), "ok");
  ASSERT_EQ(code(breaks()), "ok");
  const std::string body = log().back().body;
  EXPECT_NE(body.find("\"tell\":\"approver,engineer,keeper,second\""), std::string::npos) << body;
}

TEST_F(Emergency, IsReviewedByAnotherPerson) {
  const RequestId id = breaks()->id;
  EXPECT_EQ(inbox("second"), "review " + std::to_string(id));
  EXPECT_EQ(review("engineer", id), "own_request");
  EXPECT_EQ(review("approver", id), "not_a_reviewer");
  EXPECT_EQ(review("second", id, ""), "comment_missing");
  EXPECT_EQ(review("second", id), "ok");
  EXPECT_EQ(review("second", id), "reviewed_already");
  EXPECT_EQ(inbox("second"), "");
  EXPECT_EQ(review("second", ask("mate", 1)->id), "no_review");
}

/// Those of then, and those of now, when nobody of then is left.
TEST_F(Emergency, IsReviewedByThoseOfBothPolicies) {
  const RequestId first = breaks()->id;
  ASSERT_EQ(set_glass({"engineer"}, {"approver"}), "ok");
  EXPECT_EQ(review("keeper", first), "not_a_reviewer");
  EXPECT_EQ(review("second", first), "ok");
  const RequestId other = breaks()->id;
  ASSERT_EQ(set_glass({"engineer"}, {"second"}), "ok");
  EXPECT_EQ(review("second", other), "ok");
}

TEST_F(Emergency, IsForPeopleAndReviewedByPeople) {
  make_machine("builder", "outsider", "operator");
  make_group("board", {"second", "builder"});
  ASSERT_EQ(set_glass({"engineer", "group:board"}, {"group:board"}), "ok");
  EXPECT_EQ(code(breaks(proven("builder", minutes(1)))), "not_named");
  EXPECT_EQ(review("builder", breaks()->id), "not_a_reviewer");
}

TEST_F(Emergency, NoneWhileAReviewIsOverdue) {
  const RequestId id = breaks()->id;
  clock_.advance(hours(23));
  EXPECT_EQ(code(breaks()), "ok") << "not overdue yet";
  clock_.advance(hours(1) - Milliseconds(1));
  EXPECT_EQ(code(breaks()), "ok") << "nor now";
  clock_.advance(Milliseconds(1));
  EXPECT_EQ(code(breaks()), "review_overdue");
  ASSERT_EQ(review("second", id), "ok");
  clock_.advance(minutes(30));
  EXPECT_EQ(code(breaks()), "ok");
  clock_.advance(hours(23));
  EXPECT_EQ(code(breaks()), "review_overdue");
}

/// However the last one ended, its window is over first, or somebody looks at it.
TEST_F(Emergency, NoOtherBeforeTheWindowIsOverOrItIsReviewed) {
  const RequestId first = breaks()->id;
  EXPECT_EQ(code(breaks()), "emergency_lasts");
  ASSERT_EQ(code(sign("engineer", operation_id(1))), "ok");
  ASSERT_EQ(code(sign("engineer", operation_id(2))), "ok");
  ASSERT_EQ(show(first).state, RequestState::used_up);
  EXPECT_EQ(code(breaks()), "emergency_lasts");
  ASSERT_EQ(review("second", first), "ok");
  const RequestId other = breaks()->id;
  ASSERT_EQ(stop("keeper", other, RequestAction::revoke), "ok");
  clock_.advance(minutes(30) - Milliseconds(1));
  EXPECT_EQ(code(breaks()), "emergency_lasts");
  clock_.advance(Milliseconds(1));
  EXPECT_EQ(code(breaks()), "ok");
}

TEST_F(Emergency, OfOneStopsNobodyElses) {
  ASSERT_EQ(set_glass({"engineer", "mate"}, {"second"}), "ok");
  ASSERT_EQ(code(breaks()), "ok");
  EXPECT_EQ(code(breaks(proven("mate", minutes(1)))), "ok");
}

TEST_F(Emergency, EndsWithTheMembership) {
  const RequestId id = breaks()->id;
  disable("engineer");
  EXPECT_EQ(show(id).state, RequestState::revoked);
}

TEST_F(Emergency, EndsWhenWhoSignsIsNotNamedAnyMore) {
  make_group("oncall", {"engineer"});
  ASSERT_EQ(set_glass({"group:oncall", "keeper"}, {"second"}), "ok");
  const RequestId id = breaks()->id;
  ASSERT_EQ(submits("admin", "group.remove", {{"group", "oncall"}, {"principal", "engineer"}}),
            "ok");
  EXPECT_EQ(show(id).state, RequestState::revoked);
}

}  // namespace
}  // namespace countersign::test
