// What people and processes wrote reaches nobody unescaped.
#include "tools/notify/event_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/text.h"

namespace countersign::notify {
namespace {

using nlohmann::json;

/// Text that would deceive, and what has to stand in its place.
struct Deceiving {
  const char* what;
  std::string text;
  std::string in_text;  ///< in mail and journal
  std::string in_json;

  friend void PrintTo(const Deceiving& each, std::ostream* out) { *out << each.what; }
};

const std::vector<Deceiving> deceiving{
    {"terminal escape", "a\x1b[2Jb", "a\\u001b[2Jb", "a\\u001b[2Jb"},
    {"line break", "a\r\nBcc: x@example.com", "a\\u000d\\u000aBcc: x@example.com",
     "a\\r\\nBcc: x@example.com"},
    {"delete", "a\x7f", "a\\u007f", "a\\u007f"},
    {"right to left", "a\u202eb", "a\\u202eb", "a\\u202eb"},
    {"isolate", "a\u2066b", "a\\u2066b", "a\\u2066b"},
    {"no width", "a\u200bb", "a\\u200bb", "a\\u200bb"},
    {"C1 control", "a\u009bb", "a\\u009bb", "a\\u009bb"},
    {"HTML", "<script>&amp;</script>", "<script>&amp;</script>",
     "\\u003cscript\\u003e\\u0026amp;\\u003c/script\\u003e"},
    {"no UTF-8", "a\xff", "a\\xff", "a\\ufffd"},
};

/// An event in every field of which that people or processes fill in stands `text`.
Event event_with(const std::string& text) {
  Event event;
  event.id = "7-0123456789abcdef";
  event.name = "request.create";
  event.record = 7;
  event.time = "2026-11-22T10:00:00Z";
  event.account = "alex";
  event.signer = "release";
  event.request = 3;
  event.data = {{"reason", text}, {"metadata." + text, text}};
  event.attested = {{"address", text}};
  event.claimed = {{"command line", text}, {text, "x"}};
  EventRequest request;
  request.id = 3;
  request.signer = "release";
  request.requester = "alex";
  request.state = "pending";
  request.reason = text;
  request.waits_for = text;
  request.approvers = {"kim"};
  request.delegates = {"lee"};
  event.change = EventChange{5, "member.add", "alex", "pending", text, {"kim"}};
  event.requests.push_back(request);
  return event;
}

class EventText : public testing::TestWithParam<Deceiving> {};

TEST_P(EventText, IsEscapedInJson) {
  const Event event = event_with(GetParam().text);
  const std::string text = event_json(event);
  EXPECT_TRUE(std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; })) << text;
  EXPECT_EQ(text.find_first_of("<>&"), std::string::npos) << text;
  EXPECT_NE(text.find("\"reason\":\"" + GetParam().in_json + "\""), std::string::npos) << text;
  const json read = json::parse(text);
  if (GetParam().what != std::string("no UTF-8")) {
    EXPECT_EQ(read["data"]["reason"], GetParam().text);
  }
  EXPECT_TRUE(read["claimed"].contains("command line"));
}

TEST_P(EventText, IsEscapedInMail) {
  const std::string text = event_mail(event_with(GetParam().text));
  EXPECT_NE(text.find("Reason: " + GetParam().in_text + "\n"), std::string::npos) << text;
  EXPECT_NE(text.find("  command line: " + GetParam().in_text + "\n"), std::string::npos) << text;
  std::string lines = text;
  std::erase(lines, '\n');
  EXPECT_EQ(printable(lines), lines);
  EXPECT_EQ(text.find("\nBcc:"), std::string::npos);
}

TEST_P(EventText, IsEscapedInTheJournal) {
  const std::string line = event_line(event_with(GetParam().text));
  EXPECT_EQ(printable(line), line);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_NE(line.find("reason=\"" + GetParam().in_text + "\""), std::string::npos) << line;
}

TEST_P(EventText, NeverReachesAMailHeader) {
  Event event = event_with(GetParam().text);
  event.signer = GetParam().text;
  event.name = GetParam().text;
  const std::string subject = event_subject(event);
  EXPECT_TRUE(std::ranges::all_of(subject, [](char c) { return c >= ' ' && c <= '~'; })) << subject;
}

INSTANTIATE_TEST_SUITE_P(Table, EventText, testing::ValuesIn(deceiving));

TEST(EventJson, ClaimedStandsApart) {
  Event event = event_with("x");
  event.claimed = {{"uid", "0"}};
  event.attested = {{"uid", "1000"}};
  const json read = json::parse(event_json(event));
  EXPECT_EQ(read["attested"]["uid"], "1000");
  EXPECT_EQ(read["claimed"]["uid"], "0");
}

TEST(EventOfRecord, NamesNumbersAndKeepsClaimedApart) {
  const json record{{"number", 12},
                    {"kind", "change"},
                    {"time", "2026-11-22T10:00:00Z"},
                    {"account", 3},
                    {"signer", 1},
                    {"request", 7},
                    {"leaf_hash", std::string(64, 'a')},
                    {"body", R"({"data":{"operation":"request.create","reason":"why"}})"},
                    {"facts", R"({"attested.uid":{"salt":"00","value":"1"},)"
                              R"("claimed.host":{"salt":"00","value":"h"}})"}};
  const json names{{"accounts", {{"3", "engineer"}}}, {"signers", {{"1", "release"}}}};
  const auto event = event_of_record(record, names);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->id, "12-aaaaaaaaaaaaaaaa");
  EXPECT_EQ(event->name, "request.create");
  EXPECT_EQ(event->account, "engineer");
  EXPECT_EQ(event->signer, "release");
  EXPECT_EQ(event->request, 7);
  EXPECT_EQ(event->data, (std::map<std::string, std::string>{{"reason", "why"}}));
  EXPECT_EQ(event->attested.at("uid"), "1");
  EXPECT_EQ(event->claimed.at("host"), "h");
}

TEST(EventOfRecord, NonsenseIsNoReasonToStop) {
  const auto event = event_of_record(
      {{"number", 1}, {"kind", 7}, {"body", "{"}, {"facts", "[]"}, {"account", "x"}}, nullptr);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->name, "");
  EXPECT_FALSE(event_of_record({{"number", "1"}}, nullptr));
  EXPECT_FALSE(event_of_record(nullptr, nullptr));
}

TEST(EventRequests, AreItsOwnOrThoseItEnded) {
  Event event;
  event.name = "policy.set";
  event.data = {{"ended", "3,x,5,3"}};
  EXPECT_EQ(requests_of(event), (std::vector<RequestId>{3, 5}));
  event.name = "signature.intent";
  event.request = 9;
  EXPECT_TRUE(requests_of(event).empty());
  event.name = "request.reject";
  EXPECT_EQ(requests_of(event), (std::vector<RequestId>{9}));
}

TEST(EventRequest, AsksThoseWhoHaveNotAnsweredTheStepThatWaits) {
  const json answer = json::parse(R"({"id": 3, "signer": "release", "requester": "alex",
    "state": "pending", "reason": "r", "created": "2026-11-22T10:00:00Z", "waits_for": "two",
    "steps": [{"name": "one", "approvers": ["kim"]}, {"name": "two", "approvers": ["lee", "sam", "ann"]}],
    "responses": [{"account": "kim"}, {"account": "sam"}, {"account": "bo", "in_place_of": "ann"}]})");
  const auto request = request_of_answer(answer);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->approvers, (std::vector<std::string>{"lee"}));
  EXPECT_FALSE(request->was_active);
  EXPECT_FALSE(request_of_answer({{"id", 3}}));
}

}  // namespace
}  // namespace countersign::notify
