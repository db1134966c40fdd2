// Signatures that wait for their approval, and requests that are bound to digests.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/encoding.h"
#include "tests/policy/store_world.h"

namespace countersign::test {
namespace {

class Awaiting : public StoreWorld {
 protected:
  /// The request that the wish files or joins.
  RequestId filed(const std::string& operation, std::uint8_t digest) {
    SigningWish wish = wish_for(operation, digest);
    wish.files_request = true;
    wish.waits_until = clock_.now() + std::chrono::minutes(10);
    const auto answer = ask_to_sign("engineer", wish);
    EXPECT_TRUE(answer && std::holds_alternative<AwaitedRequest>(*answer)) << code(answer);
    return std::get<AwaitedRequest>(*answer).id;
  }

  Result<SigningAnswer> wait(const std::string& operation, std::uint8_t digest, RequestId request,
                             Milliseconds patience = std::chrono::minutes(10)) {
    SigningWish wish = wish_for(operation, digest);
    wish.waits_for = request;
    wish.waits_until = clock_.now() + patience;
    return ask_to_sign("engineer", wish);
  }

  std::size_t denials() {
    return static_cast<std::size_t>(
        std::ranges::count(log(), record_kind::denied, &LogRecord::kind));
  }
};

TEST_F(Awaiting, OnceApprovedTheSameWishSigns) {
  const RequestId id = filed(operation_id(1), 1);
  EXPECT_EQ(show(id).count, 1);
  EXPECT_TRUE(show(id).bound);
  const auto still = wait(operation_id(1), 1, id);
  ASSERT_TRUE(still && std::holds_alternative<AwaitedRequest>(*still)) << code(still);
  EXPECT_EQ(denials(), 0U);
  ASSERT_EQ(code(approve("approver", id)), "ok");
  const auto signs = wait(operation_id(1), 1, id);
  ASSERT_TRUE(signs && std::holds_alternative<SigningGrant>(*signs)) << code(signs);
  EXPECT_EQ(show(id).state, RequestState::used_up);
}

TEST_F(Awaiting, TheSameDigestJoinsAndAnotherNeverRides) {
  const RequestId id = filed(operation_id(1), 1);
  EXPECT_EQ(filed(operation_id(2), 1), id);
  EXPECT_NE(filed(operation_id(3), 2), id);
  ASSERT_EQ(code(approve("approver", id)), "ok");
  EXPECT_EQ(code(sign("engineer", operation_id(4), 3)), "approval_pending");
  EXPECT_EQ(show(id).used, 0);
  EXPECT_EQ(code(sign("engineer", operation_id(5), 1)), "ok");
  EXPECT_EQ(show(id).used, 1);
}

TEST_F(Awaiting, ARequestForAnyDigestIsJoined) {
  const auto open = ask("engineer", 2);
  ASSERT_TRUE(open);
  EXPECT_EQ(filed(operation_id(1), 1), open->id);
}

TEST_F(Awaiting, RejectedOrOutOfTimeItIsDeniedInWords) {
  const RequestId id = filed(operation_id(1), 1);
  EXPECT_EQ(code(wait(operation_id(1), 1, id, Milliseconds(0))), "approval_pending");
  EXPECT_EQ(denials(), 1U);
  const Caller approver = as("approver");
  ASSERT_EQ(code(in([&](Transaction& transaction) {
              return answer_request(transaction, approver, id, {false, "not this one"});
            })),
            "ok");
  const auto rejected = wait(operation_id(1), 1, id);
  EXPECT_EQ(code(rejected), "approval_rejected");
  EXPECT_NE(rejected.error().message.find(std::to_string(id)), std::string::npos);
}

TEST_F(Awaiting, SomebodyElsesRequestTellsNothing) {
  const Caller mate = as("mate");
  const auto other = in([&](Transaction& transaction) {
    return create_request(transaction, mate, signer(transaction), {"mine", 1, {}});
  });
  ASSERT_TRUE(other);
  const auto answer = wait(operation_id(1), 1, other->id);
  EXPECT_EQ(code(answer), "approval_needed");
}

TEST_F(Awaiting, WhatAnotherThingMissesIsNotAsked) {
  SigningWish wish = wish_for(operation_id(1), 1);
  wish.files_request = true;
  EXPECT_EQ(code(ask_to_sign("approver", wish)), "not_a_signing_member");
}

TEST_F(Awaiting, WhoDoesNotWaitIsRecordedAsDenied) {
  SigningWish wish = wish_for(operation_id(1), 1);
  wish.files_request = true;
  const auto answer = ask_to_sign("engineer", wish);
  ASSERT_TRUE(answer && std::holds_alternative<AwaitedRequest>(*answer)) << code(answer);
  ASSERT_EQ(denials(), 1U);
  const std::vector<LogRecord> records = log();
  EXPECT_EQ(std::ranges::find(records, record_kind::denied, &LogRecord::kind)->request,
            std::get<AwaitedRequest>(*answer).id);
}

TEST_F(Awaiting, WhatCannotBeFiledIsDeniedAndRecorded) {
  nlohmann::json policy = policy_of({"approver"}, 1);
  policy["demands"] = {{"metadata", {{{"name", "ticket"}, {"kind", "text"}}}}};
  ASSERT_EQ(
      submits("keeper", "policy.set", {{"signer", 0}, {"policy", policy}, {"reason", "test"}}),
      "ok");
  SigningWish wish = wish_for(operation_id(1), 1);
  wish.files_request = true;
  wish.waits_until = clock_.now() + std::chrono::minutes(10);
  const auto answer = ask_to_sign("engineer", wish);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::denied);
  EXPECT_EQ(answer.error().code, "bad_metadata");
  EXPECT_EQ(denials(), 1U);
}

TEST_F(Awaiting, EachDigestIsGoodForItsTimes) {
  const Caller engineer = as("engineer");
  NewRequest wish{"in bulk", {}, {}};
  const auto digest = [](std::uint8_t byte) { return to_hex(Bytes(32, byte)); };
  wish.digests = {{digest(1), "a.exe", 1, 0}, {digest(2), "b.exe", 2, 0}};
  const auto bulk = in([&](Transaction& transaction) {
    return create_request(transaction, engineer, signer(transaction), wish);
  });
  ASSERT_TRUE(bulk) << code(bulk);
  EXPECT_EQ(bulk->count, 3);
  ASSERT_EQ(code(approve("approver", bulk->id)), "ok");
  const auto first = sign("engineer", operation_id(1), 1);
  ASSERT_TRUE(first) << code(first);
  EXPECT_EQ(code(sign("engineer", operation_id(2), 1)), "approval_for_others");
  EXPECT_EQ(code(sign("engineer", operation_id(3), 3)), "approval_for_others");
  finish(*first, SigningEnd::not_signed);
  EXPECT_EQ(code(sign("engineer", operation_id(4), 1)), "ok");
  EXPECT_EQ(code(sign("engineer", operation_id(5), 2)), "ok");
  EXPECT_EQ(code(sign("engineer", operation_id(6), 2)), "ok");
  EXPECT_EQ(code(sign("engineer", operation_id(7), 2)), "approval_used_up");
}

TEST_F(Awaiting, ACountBesidesDigestsAndTooManyAreRefused) {
  const Caller engineer = as("engineer");
  const auto ask = [&](NewRequest wish) {
    return code(in([&](Transaction& transaction) {
      return create_request(transaction, engineer, signer(transaction), wish);
    }));
  };
  NewRequest both{"both", 1, {}};
  both.digests = {{to_hex(Bytes(32, 1)), "", 1, 0}};
  EXPECT_EQ(ask(both), "count_is_bound");
  NewRequest many{"many", {}, {}};
  many.digests = {{to_hex(Bytes(32, 1)), "", 4, 0}};
  EXPECT_EQ(ask(many), "above_ceiling");
}

}  // namespace
}  // namespace countersign::test
