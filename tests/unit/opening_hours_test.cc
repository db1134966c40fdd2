// Hours by the clocks of a zone, also where those are put forward and back.
#include "policy/model/opening_hours.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "core/rfc3339.h"

namespace countersign {
namespace {

OpeningHours hours(const char* zone, const char* open) {
  const auto read =
      opening_hours_from_json({{"zone", zone}, {"open", nlohmann::json::parse(open)}}, "/hours");
  EXPECT_TRUE(read) << (read ? "" : read.error().message);
  return read.value_or(OpeningHours{});
}

Time at(const char* text) {
  return *parse_rfc3339(text);
}

TEST(OpeningHoursTest, AreThoseThatTheClocksShow) {
  const OpeningHours office =
      hours("Europe/Berlin", R"([{"days": ["mon", "fri"], "from": "08:00", "until": "18:00"}])");
  // Monday, in winter an hour ahead of UTC and in summer two.
  EXPECT_FALSE(office.is_open(at("2026-01-05T06:59:59Z")));
  EXPECT_TRUE(office.is_open(at("2026-01-05T07:00:00Z")));
  EXPECT_TRUE(office.is_open(at("2026-01-05T16:59:59Z")));
  EXPECT_FALSE(office.is_open(at("2026-01-05T17:00:00Z")));
  EXPECT_TRUE(office.is_open(at("2026-07-06T06:00:00Z")));
  EXPECT_FALSE(office.is_open(at("2026-07-07T06:00:00Z")));
  EXPECT_EQ(office.next_open(at("2026-01-05T17:00:00Z")), at("2026-01-09T07:00:00Z"));
}

TEST(OpeningHoursTest, ClocksThatArePutForwardAndBack) {
  const OpeningHours night =
      hours("Europe/Berlin", R"([{"days": ["sun"], "from": "02:00", "until": "02:30"}])");
  // 2026-03-29 has no 02:00; 2026-10-25 has it twice.
  EXPECT_EQ(night.next_open(at("2026-03-28T00:00:00Z")), at("2026-04-05T00:00:00Z"));
  EXPECT_EQ(night.next_open(at("2026-10-24T12:00:00Z")), at("2026-10-25T00:00:00Z"));
  EXPECT_EQ(night.next_open(at("2026-10-25T00:45:00Z")), at("2026-10-25T01:00:00Z"));
}

TEST(OpeningHoursTest, NothingIsOpenWhereTheZoneIsNotKnown) {
  const OpeningHours lost =
      hours("Mars/Olympus", R"([{"days": ["mon"], "from": "00:00", "until": "24:00"}])");
  EXPECT_FALSE(is_time_zone("Mars/Olympus"));
  EXPECT_FALSE(is_time_zone("../../../etc/passwd"));
  EXPECT_TRUE(is_time_zone("UTC"));
  EXPECT_FALSE(lost.is_open(at("2026-01-05T12:00:00Z")));
  EXPECT_FALSE(lost.next_open(at("2026-01-05T12:00:00Z")));
}

/// The next time is what a look at every minute finds, around the changes of clocks as well: by
/// half an hour at Lord Howe.
TEST(OpeningHoursTest, NextTimeIsThatOfALookAtEveryMinute) {
  std::mt19937 random(7);
  const auto up_to = [&](int most) { return std::uniform_int_distribution(0, most)(random); };
  const std::vector<const char*> zones{"Europe/Berlin", "Australia/Lord_Howe", "America/New_York"};
  const std::vector<const char*> changes{"2026-03-27T00:00:00Z", "2026-10-23T12:00:00Z",
                                         "2026-04-03T12:00:00Z", "2026-10-31T12:00:00Z"};
  for (int round = 0; round < 40; ++round) {
    OpenSpan span;
    span.days.at(static_cast<std::size_t>(up_to(6))) = true;
    if (up_to(1) == 0) span.days.at(6) = true;
    span.from = std::chrono::minutes(up_to(200));
    span.until = span.from + std::chrono::minutes(1 + up_to(90));
    const OpeningHours drawn{zones.at(static_cast<std::size_t>(up_to(2))), {span}};
    const Time start = at(changes.at(static_cast<std::size_t>(up_to(3)))) +
                       std::chrono::minutes(up_to(2 * 24 * 60));
    if (drawn.is_open(start)) continue;
    Time looked = start;
    while (!drawn.is_open(looked)) looked += std::chrono::minutes(1);
    if (looked - start < std::chrono::days(7)) {
      EXPECT_EQ(drawn.next_open(start), looked) << to_json(drawn) << " from " << to_rfc3339(start);
    }
  }
}

}  // namespace
}  // namespace countersign
