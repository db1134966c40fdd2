// Log records: canonical, committed to their facts, and every change to one found.
#include "policy/model/log_record.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace countersign {
namespace {

LogRecord example() {
  LogEntry entry;
  entry.kind = record_kind::intent;
  entry.account = 3;
  entry.signer = 1;
  entry.request = 7;
  entry.operation = "00112233445566778899aabbccddeeff";
  entry.data = {{"zeta", "1"}, {"alpha", "2"}};
  entry.facts = {{"attested.uid", "1000"}, {"claimed.host", "builder"}};
  return make_record(entry, 12, from_unix_ms(1'700'000'000'123));
}

TEST(LogRecordTest, BodyIsCanonicalAndHoldsNoFact) {
  const LogRecord record = example();
  EXPECT_EQ(record.body.find(' '), std::string::npos);
  EXPECT_LT(record.body.find("\"alpha\""), record.body.find("\"zeta\""));
  EXPECT_EQ(record.body.find("builder"), std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(record.body).dump(), record.body);
  EXPECT_TRUE(check_record(record));
}

TEST(LogRecordTest, WhateverTheTextTheBytesAreThoseOfAnyJsonLibrary) {
  LogEntry entry;
  entry.kind = record_kind::denied;
  entry.data = {{"quotes", "\"\\/"},
                {"lines", "a\nb\tc\x01\x7f"},
                {"words", "gr\u00fc\u00df"},
                {"damaged", "\xff\xc3"}};
  entry.facts = {{"claimed.z", "\"\n"}, {"attested.a", "gr\u00fc\u00df"}};
  for (const LogRecord& record :
       {make_record(entry, 0, from_unix_ms(0)), make_record({}, 1, from_unix_ms(1))}) {
    EXPECT_EQ(nlohmann::json::parse(record.body).dump(), record.body);
    EXPECT_EQ(nlohmann::json::parse(record.facts).dump(), record.facts);
    EXPECT_TRUE(check_record(record));
  }
}

TEST(LogRecordTest, SameFactIsSaltedAnewEachTime) {
  EXPECT_NE(example().leaf, example().leaf);
}

TEST(LogRecordTest, RedactedFactKeepsTheProof) {
  LogRecord record = example();
  auto facts = nlohmann::json::parse(record.facts);
  facts.erase("claimed.host");
  record.facts = facts.dump();
  EXPECT_TRUE(check_record(record));
}

TEST(LogRecordTest, EveryChangeIsFound) {
  const auto changed = [](auto change) {
    LogRecord record = example();
    change(record);
    const auto checked = check_record(record);
    return checked ? std::string("not found") : checked.error().code;
  };
  const std::string found = "record_damaged";
  EXPECT_EQ(changed([](LogRecord& r) { r.number = 13; }), found);
  EXPECT_EQ(changed([](LogRecord& r) { r.kind = record_kind::denied; }), found);
  EXPECT_EQ(changed([](LogRecord& r) { r.time += Milliseconds(1); }), found);
  EXPECT_EQ(changed([](LogRecord& r) { r.account = 4; }), found);
  EXPECT_EQ(changed([](LogRecord& r) { r.signer.reset(); }), found);
  EXPECT_EQ(changed([](LogRecord& r) { r.request = 8; }), found);
  EXPECT_EQ(changed([](LogRecord& r) { r.operation.clear(); }), found);
  EXPECT_EQ(changed([](LogRecord& r) { r.body[r.body.size() - 2] ^= 1; }), found);
  EXPECT_EQ(changed([](LogRecord& r) { r.leaf[0] ^= 1; }), found);
  EXPECT_EQ(changed([](LogRecord& r) { r.facts = "{}x"; }), found);
  EXPECT_EQ(changed([](LogRecord& r) {
              auto facts = nlohmann::json::parse(r.facts);
              facts["attested.uid"]["value"] = "0";
              r.facts = facts.dump();
            }),
            found);
}

TEST(LogRecordTest, SurvivesTheWire) {
  const LogRecord record = example();
  const auto again = log_record_from_json(to_json(record));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->body, record.body);
  EXPECT_TRUE(check_record(*again));
  EXPECT_FALSE(log_record_from_json(nlohmann::json{{"number", 1}}));
  EXPECT_FALSE(log_record_from_json(nlohmann::json("text")));
}

}  // namespace
}  // namespace countersign
