// Counts never slip: what is taken, given back, repeated, refused, and what the log shows of it.
#include <algorithm>

#include "policy/policies.h"
#include "policy/signers.h"
#include "tests/policy/store_world.h"

namespace countersign::test {
namespace {

class Counting : public StoreWorld {
 protected:
  std::ptrdiff_t records(std::string_view kind) {
    const auto all = log();
    return std::ranges::count_if(all, [&](const LogRecord& each) { return each.kind == kind; });
  }
};

TEST_F(Counting, NoApprovalNoSignature) {
  EXPECT_EQ(code(sign("engineer", operation_id(1))), "approval_needed");
  EXPECT_EQ(records(record_kind::intent), 0);
  EXPECT_EQ(records(record_kind::denied), 1);
}

TEST_F(Counting, ExactlyWhatWasApproved) {
  const RequestId id = approved("engineer", 2);
  EXPECT_EQ(code(sign("engineer", operation_id(1))), "ok");
  EXPECT_EQ(show(id).state, RequestState::active);
  EXPECT_EQ(code(sign("engineer", operation_id(2))), "ok");
  EXPECT_EQ(show(id).state, RequestState::used_up);
  EXPECT_EQ(code(sign("engineer", operation_id(3))), "approval_used_up");
  EXPECT_EQ(show(id).used, 2);
  EXPECT_EQ(records(record_kind::intent), 2);
}

TEST_F(Counting, ManyInOneCommitTakeExactlyWhatWasApproved) {
  const RequestId id = approved("engineer", 3);
  const Caller caller = as("engineer");
  int granted = 0;
  std::vector<PolicyStore::Work> batch;
  for (unsigned i = 0; i < 20; ++i)
    batch.push_back([&, i](Transaction& transaction) -> Status {
      granted +=
          grant_signature(transaction, caller, signer(transaction), wish_for(operation_id(i), 1))
              .has_value();
      return {};
    });
  for (const Status& each : store_->run(batch)) EXPECT_TRUE(each);
  EXPECT_EQ(granted, 3);
  EXPECT_EQ(show(id).used, 3);
}

TEST_F(Counting, ApprovalIsTheRequestersOwn) {
  approved("engineer", 2);
  EXPECT_EQ(code(sign("mate", operation_id(1))), "approval_needed");
  EXPECT_EQ(code(sign("approver", operation_id(2))), "not_a_signing_member");
}

TEST_F(Counting, RepeatedOperationTakesNothingMore) {
  const RequestId id = approved("engineer", 1);
  const auto first = sign("engineer", operation_id(1));
  const auto second = sign("engineer", operation_id(1));
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(first->repeated);
  EXPECT_TRUE(second->repeated);
  EXPECT_EQ(second->intent, first->intent);
  EXPECT_EQ(second->request, id);
  EXPECT_EQ(show(id).used, 1);
  reopen();  // a restarted gateway knows it as well
  EXPECT_TRUE(sign("engineer", operation_id(1))->repeated);
}

TEST_F(Counting, OperationIdIsBoundToCallerAndInput) {
  approved("engineer", 3);
  ASSERT_TRUE(sign("engineer", operation_id(1), 1));
  EXPECT_EQ(code(sign("engineer", operation_id(1), 2)), "operation_reused");
  EXPECT_EQ(code(sign("mate", operation_id(1), 1)), "operation_reused");
}

TEST_F(Counting, RepeatedOperationIsDecidedAnew) {
  const RequestId id = approved("engineer", 1);
  ASSERT_TRUE(sign("engineer", operation_id(1)));
  ASSERT_TRUE(in([&](Transaction& transaction) {
    return freeze_signer(transaction, Caller{*transaction.accounts.find("keeper"), {}},
                         signer(transaction), "incident");
  }));
  EXPECT_EQ(code(sign("engineer", operation_id(1))), "signer_frozen");
  EXPECT_EQ(show(id).used, 1);
}

TEST_F(Counting, FreeOperationCannotRideOnALaterApproval) {
  const Caller keeper = as("keeper");
  const auto set = [&](const SigningPolicy& policy) {
    return in([&](Transaction& transaction) {
      return set_policy(transaction, keeper, signer(transaction), policy, "change", std::nullopt);
    });
  };
  ASSERT_TRUE(set(SigningPolicy{}));
  ASSERT_TRUE(sign("engineer", operation_id(1)));
  ASSERT_TRUE(
      set({{{"release", {"approver"}, 1}}, {3, std::chrono::hours(1), std::chrono::hours(24)}}));
  const RequestId id = approved("engineer", 1);
  EXPECT_EQ(code(sign("engineer", operation_id(1))), "operation_ended");
  EXPECT_EQ(show(id).used, 0);
}

TEST_F(Counting, OnlyWhatSurelyDidNotSignIsGivenBack) {
  const RequestId id = approved("engineer", 2);
  const auto first = sign("engineer", operation_id(1));
  finish(*first, SigningEnd::failed);
  EXPECT_EQ(show(id).used, 1);
  const auto second = sign("engineer", operation_id(2));
  EXPECT_EQ(show(id).state, RequestState::used_up);
  finish(*second, SigningEnd::not_signed);
  EXPECT_EQ(show(id).used, 1);
  EXPECT_EQ(show(id).state, RequestState::active);
  EXPECT_EQ(code(sign("engineer", operation_id(2))), "operation_ended");
  EXPECT_EQ(code(sign("engineer", operation_id(3))), "ok");
  EXPECT_EQ(records(record_kind::outcome), 2);
}

TEST_F(Counting, FailedRepetitionProvesNothingAboutTheFirstTry) {
  // The gateway died between answer and outcome, and the token is down when the caller asks again.
  const RequestId id = approved("engineer", 1);
  ASSERT_TRUE(sign("engineer", operation_id(1)));
  reopen();
  const auto again = sign("engineer", operation_id(1));
  ASSERT_TRUE(again && again->repeated);
  finish(*again, SigningEnd::not_signed);
  EXPECT_EQ(show(id).used, 1);
  EXPECT_EQ(records(record_kind::outcome), 0);
  EXPECT_EQ(code(sign("engineer", operation_id(2))), "approval_used_up");
}

TEST_F(Counting, RepetitionKnowsThatItEndedAndHasItsTime) {
  approved("engineer", 2);
  const auto first = sign("engineer", operation_id(1));
  EXPECT_FALSE(sign("engineer", operation_id(1))->ended);
  finish(*first, SigningEnd::failed);
  EXPECT_TRUE(sign("engineer", operation_id(1))->ended);
  clock_.advance(std::chrono::minutes(11));
  EXPECT_EQ(code(sign("engineer", operation_id(1))), "operation_ended");
}

TEST_F(Counting, ASignatureThatMayNotHaveArrivedIsMadeAgainAndRecordedAgain) {
  // The gateway died between outcome and answer.
  const RequestId id = approved("engineer", 1);
  finish(*sign("engineer", operation_id(1)), SigningEnd::signed_);
  reopen();
  const auto again = sign("engineer", operation_id(1));
  ASSERT_TRUE(again && again->repeated);
  EXPECT_FALSE(again->ended);
  finish(*again, SigningEnd::signed_);
  EXPECT_EQ(show(id).used, 1);
  EXPECT_EQ(records(record_kind::intent), 1);
  EXPECT_EQ(records(record_kind::outcome), 1);
  EXPECT_EQ(records(record_kind::signed_again), 1);
}

TEST_F(Counting, OutcomeCountsOnce) {
  const RequestId id = approved("engineer", 2);
  const auto grant = sign("engineer", operation_id(1));
  finish(*grant, SigningEnd::not_signed);
  finish(*grant, SigningEnd::not_signed);
  EXPECT_EQ(show(id).used, 0);
  EXPECT_EQ(records(record_kind::outcome), 1);
}

TEST_F(Counting, GivingBackRevivesNothingThatWasEnded) {
  const RequestId id = approved("engineer", 1);
  const auto grant = sign("engineer", operation_id(1));
  const Caller keeper = as("keeper");
  ASSERT_TRUE(in([&](Transaction& transaction) {
    return set_policy(
        transaction, keeper, signer(transaction),
        {{{"release", {"second"}, 1}}, {1, std::chrono::hours(1), std::chrono::hours(24)}},
        "tighter", std::nullopt);
  }));
  EXPECT_EQ(show(id).state, RequestState::used_up);
  finish(*grant, SigningEnd::not_signed);
  EXPECT_EQ(show(id).used, 0);
  EXPECT_EQ(code(sign("engineer", operation_id(2))), "approval_superseded");
}

TEST_F(Counting, GivingBackRevivesNothingThatWasRevoked) {
  const RequestId id = approved("engineer", 2);
  const auto grant = sign("engineer", operation_id(1));
  const Caller keeper = as("keeper");
  ASSERT_TRUE(in([&](Transaction& transaction) {
    return stop_request(transaction, keeper, id, RequestAction::revoke, "request.revoke", "leak");
  }));
  finish(*grant, SigningEnd::not_signed);
  EXPECT_EQ(show(id).state, RequestState::revoked);
  EXPECT_EQ(code(sign("engineer", operation_id(2))), "approval_revoked");
}

TEST_F(Counting, WindowEndsAndAClockSetBackRevivesNothing) {
  const RequestId id = approved("engineer", 3);
  ASSERT_TRUE(sign("engineer", operation_id(1)));
  clock_.advance(std::chrono::hours(1));
  EXPECT_EQ(code(sign("engineer", operation_id(2))), "approval_expired");
  clock_.advance(-std::chrono::hours(1));
  EXPECT_EQ(code(sign("engineer", operation_id(3))), "approval_expired");
  reopen();
  EXPECT_EQ(code(sign("engineer", operation_id(4))), "approval_expired");
  EXPECT_EQ(show(id).used, 1);
}

}  // namespace
}  // namespace countersign::test
