// Repeated denials: the first is recorded at once, the rest as one record with their count.
#include "policy/denial_counter.h"

#include <gtest/gtest.h>

namespace countersign {
namespace {

LogEntry denial(AccountId account) {
  LogEntry entry;
  entry.kind = record_kind::denied;
  entry.account = account;
  entry.facts = {{"attested.pid", "1"}};
  return entry;
}

TEST(DenialCounterTest, RecordsTheFirstAndCountsTheRest) {
  DenialCounter counter;
  const Time start = from_unix_ms(0);
  EXPECT_TRUE(counter.is_first(denial(1), "x", start));
  EXPECT_FALSE(counter.is_first(denial(1), "x", start));
  EXPECT_FALSE(counter.is_first(denial(1), "x", start + std::chrono::seconds(59)));
  EXPECT_TRUE(counter.is_first(denial(2), "x", start));
  EXPECT_TRUE(counter.is_first(denial(1), "y", start));
  EXPECT_TRUE(counter.take_due(start + std::chrono::seconds(59), false).empty());
  const auto due = counter.take_due(start + std::chrono::seconds(60), false);
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].kind, record_kind::denied_again);
  EXPECT_EQ(due[0].account, 1);
  EXPECT_EQ(due[0].data.back(), (std::pair<std::string, std::string>("times", "2")));
  EXPECT_FALSE(counter.pending());
  EXPECT_TRUE(counter.is_first(denial(1), "x", start + std::chrono::seconds(61)));
}

TEST(DenialCounterTest, GivesEverythingAtTheEnd) {
  DenialCounter counter;
  counter.is_first(denial(1), "x", from_unix_ms(0));
  counter.is_first(denial(1), "x", from_unix_ms(0));
  EXPECT_EQ(counter.take_due(from_unix_ms(1), true).size(), 1U);
  EXPECT_FALSE(counter.pending());
}

TEST(DenialCounterTest, IsBounded) {
  DenialCounter counter;
  const Time start = from_unix_ms(0);
  for (int i = 0; i < 10'000; ++i) EXPECT_TRUE(counter.is_first(denial(i), "x", start));
  EXPECT_TRUE(counter.is_first(denial(10'001), "x", start));
  EXPECT_FALSE(counter.is_first(denial(10'002), "x", start));
  EXPECT_FALSE(counter.is_first(denial(5), "x", start));
}

}  // namespace
}  // namespace countersign
