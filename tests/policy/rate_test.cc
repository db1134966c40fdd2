// Rates: what the store counts is what a look at every signature ever made would find.
#include <algorithm>
#include <random>

#include "policy/policies.h"
#include "tests/policy/store_world.h"

namespace countersign::test {
namespace {

class RateTest : public StoreWorld {
 protected:
  void set_rates(std::vector<Rate> rates) {
    const Caller keeper = as("keeper");
    SigningPolicy policy;
    policy.conditions.rates = std::move(rates);
    ASSERT_TRUE(in([&](Transaction& transaction) {
      return set_policy(transaction, keeper, signer(transaction), policy, "rates", std::nullopt);
    }));
  }
  Result<SigningGrant> sign_anew(const std::string& who) {
    std::string id = std::to_string(++drawn_);
    return sign(who, std::string(32 - id.size(), '0') + id);
  }
  std::size_t rows() {
    std::size_t found = 0;
    for (const char* who : {"engineer", "mate"})
      for (std::int64_t back = 1; back <= 1'000; ++back)
        found += in([&](Transaction& transaction) -> Result<bool> {
                   return transaction.rates
                       .free_at({back, longest_rate, RateOf::caller}, signer(transaction).id,
                                transaction.accounts.find(who)->id, transaction.now)
                       .has_value();
                 }).value();
    return found;
  }

  int drawn_ = 0;
};

/// Both rates of both kinds at once, with jumps of time, repetitions, signatures that the token
/// never made, work that is undone, and restarts.
TEST_F(RateTest, CountsLikeALookAtEverySignature) {
  const std::vector<Rate> rates{{3, std::chrono::seconds(10), RateOf::caller},
                                {8, std::chrono::minutes(1), RateOf::caller},
                                {5, std::chrono::seconds(10), RateOf::signer},
                                {12, std::chrono::minutes(1), RateOf::signer}};
  set_rates(rates);
  std::mt19937 random(5);
  const auto up_to = [&](int most) { return std::uniform_int_distribution(0, most)(random); };
  std::vector<std::pair<Time, std::string>> made;
  int denied = 0;
  for (int step = 0; step < 1'500; ++step) {
    if (up_to(1) == 0) clock_.advance(Milliseconds(up_to(6'000)));
    if (up_to(200) == 0) reopen();
    const std::string who = up_to(2) == 0 ? "mate" : "engineer";
    const Time now = clock_.now();
    const bool free = std::ranges::all_of(rates, [&](const Rate& rate) {
      return rate.count > std::ranges::count_if(made, [&](const auto& each) {
               return each.first > now - rate.per &&
                      (rate.of == RateOf::signer || each.second == who);
             });
    });
    const auto grant = sign_anew(who);
    ASSERT_EQ(grant.has_value(), free) << "step " << step << ": " << code(grant);
    if (!free) {
      ++denied;
      ASSERT_EQ(code(grant), "rate_exceeded");
      continue;
    }
    made.emplace_back(now, who);
    const bool given_back = up_to(5) == 0;
    if (given_back) finish(*grant, SigningEnd::not_signed);
    if (up_to(5) == 0) {
      ASSERT_EQ(code(sign(who, grant->operation)), given_back ? "operation_ended" : "ok");
    }
  }
  EXPECT_GT(denied, 200);
  EXPECT_GT(made.size(), 200U);
}

TEST_F(RateTest, DenialSaysWhenTheNextIsFree) {
  set_rates({{1, std::chrono::minutes(1), RateOf::signer}});
  ASSERT_TRUE(sign_anew("engineer"));
  clock_.advance(std::chrono::seconds(20));
  const auto denied = sign_anew("mate");
  ASSERT_EQ(code(denied), "rate_exceeded");
  EXPECT_EQ(denied.error().remedy, "sign at 2023-11-14T22:14:20Z or later");
  clock_.advance(std::chrono::seconds(39));
  EXPECT_EQ(code(sign_anew("mate")), "rate_exceeded");
  clock_.advance(std::chrono::seconds(1));
  EXPECT_EQ(code(sign_anew("mate")), "ok");
}

TEST_F(RateTest, WorkThatIsUndoneCountsNothing) {
  set_rates({{1, std::chrono::minutes(1), RateOf::caller}});
  const Caller engineer = as("engineer");
  const Status undone = store_->run([&](Transaction& transaction) -> Status {
    transaction.rates.count(signer(transaction).id, engineer.account.id, transaction.now);
    return fail(ErrorKind::conflict, "undone", "this piece of work fails");
  });
  EXPECT_EQ(code(undone), "undone");
  EXPECT_EQ(code(sign_anew("engineer")), "ok");
  EXPECT_EQ(code(sign_anew("engineer")), "rate_exceeded");
}

TEST_F(RateTest, HistoryOutlivesPoliciesAndEndsAfterTheLongestInterval) {
  set_rates({{10, std::chrono::minutes(1), RateOf::caller}});
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(sign_anew("engineer"));
  set_rates({{5, std::chrono::days(30), RateOf::caller}});
  EXPECT_EQ(code(sign_anew("engineer")), "rate_exceeded");
  clock_.advance(std::chrono::days(30));
  EXPECT_EQ(code(sign_anew("engineer")), "ok");
  EXPECT_EQ(code(sign_anew("engineer")), "ok");
  EXPECT_EQ(rows(), 2U);
}

TEST_F(RateTest, SignersWithoutRatesCountNothing) {
  const RequestId id = ask("engineer", 3)->id;
  ASSERT_TRUE(approve("approver", id));
  ASSERT_TRUE(sign_anew("engineer"));
  EXPECT_EQ(rows(), 0U);
}

}  // namespace
}  // namespace countersign::test
