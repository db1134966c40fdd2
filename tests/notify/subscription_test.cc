// The way of one handler through the log: in order for each request, at least once, nothing lost.
#include "tools/notify/subscription.h"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "policy/head_seal.h"
#include "tests/cli/temporary_folder.h"
#include "tools/notify/back_off.h"

namespace countersign::notify {
namespace {

using nlohmann::json;

/// A gateway that has a log of events by name and request, and some requests.
class LogInHand final : public AdminService {
 public:
  std::vector<std::pair<std::string, RequestId>> log;
  std::map<RequestId, json> requests;
  bool reachable = true;

  void ask(RequestId id, Time created, const char* state = "pending") {
    requests[id] = {{"id", id},
                    {"signer", "release"},
                    {"requester", "alex"},
                    {"state", state},
                    {"created", to_rfc3339(created)}};
  }

  Result<json> perform(const Operation& operation, const OperationArguments& arguments,
                       const json& /*body*/) override {
    if (!reachable) return fail(ErrorKind::unavailable, "gateway_unreachable", "it is down");
    if (operation.name == "log.list") return list(arguments);
    if (operation.name == "log.head") return head();
    if (operation.name == "request.list") return pending();
    const auto found = requests.find(std::stoll(arguments.at("request")));
    if (found == requests.end()) return fail(ErrorKind::not_found, "not_found", "no such request");
    return json{{"request", found->second}};
  }

 private:
  json list(const OperationArguments& arguments) const {
    json records = json::array();
    const auto limit = static_cast<std::size_t>(std::stoll(arguments.at("limit")));
    for (auto i = static_cast<std::size_t>(std::stoll(arguments.at("after")) + 1);
         i < log.size() && records.size() < limit; ++i) {
      const json body{{"data", {{"operation", log[i].first}}}};
      records.push_back({{"number", i},
                         {"kind", "change"},
                         {"time", "2026-11-22T10:00:00Z"},
                         {"leaf_hash", std::string(64, 'a')},
                         {"body", body.dump()},
                         {"facts", "{}"}});
      if (log[i].second != 0) records.back()["request"] = log[i].second;
    }
    return {{"records", records}, {"names", json::object()}};
  }
  json pending() const {
    json all = json::array();
    for (const auto& [id, request] : requests)
      if (request["state"] == "pending") all.push_back(request);
    return {{"requests", all}, {"more", false}};
  }
  json head() const {
    return {{"head", seal_.sign({seal_.origin(), static_cast<std::int64_t>(log.size()), {}})},
            {"key", seal_.verifier()}};
  }
  const HeadSeal seal_{LogKey::generate(), "gw.test"};
};

/// Takes what `takes` says it takes, and remembers all that it was told.
class Taker final : public Delivery {
 public:
  std::vector<std::string> told;  ///< "name request", whether it was taken or not
  std::vector<std::string> ids;
  std::function<bool(const Event&)> takes = [](const Event&) { return true; };

  Status deliver(const Event& event, const std::stop_token& /*stop*/) override {
    told.push_back(event.name + " " + std::to_string(event.request.value_or(0)));
    ids.push_back(event.id);
    if (takes(event)) return {};
    return fail(ErrorKind::unavailable, "not_delivered", "it does not take it");
  }
};

class SetClock final : public Clock {
 public:
  Time time = std::chrono::floor<std::chrono::seconds>(SystemClock().now());
  Time now() const override { return time; }
};

class Lines final : public LogSink {
 public:
  std::string text;
  void write(Severity /*severity*/, std::string_view line) override {
    text.append(line).append("\n");
  }
};

using Told = std::vector<std::string>;

class SubscriptionTest : public TemporaryFolder {
 protected:
  SubscriptionTest() {
    handler_.name = "hook";
    handler_.events = {"request.*"};
    handler_.tries = 3;
    gateway_.log = {{"gateway.started", 0}};
    restart();
    round();
  }
  /// As after a crash: what is known is what the files say.
  void restart() {
    events_.emplace(gateway_);
    auto opened = Subscription::open(handler_, path(""), {*events_, taker_, clock_, lines_});
    ASSERT_TRUE(opened) << opened.error().text();
    subscription_.emplace(std::move(*opened));
  }
  Status round() { return subscription_->round({}); }
  void let_time_pass(Milliseconds time) { clock_.time += time; }
  void refuse(const std::string& name, RequestId request) {
    taker_.takes = [=](const Event& event) {
      return event.name != name || event.request != request;
    };
  }
  std::vector<DeadLetter> letters() const { return *dead_letters(path(""), "hook"); }

  HandlerConfig handler_;
  LogInHand gateway_;
  std::optional<GatewayEvents> events_;
  Taker taker_;
  SetClock clock_;
  Lines lines_;
  std::optional<Subscription> subscription_;
};

TEST_F(SubscriptionTest, BeginsAtTheEndAndTellsWhatItWants) {
  gateway_.log.insert(gateway_.log.end(),
                      {{"request.create", 1}, {"signer.freeze", 0}, {"request.cancel", 1}});
  restart();
  ASSERT_TRUE(round());
  EXPECT_EQ(taker_.told, (Told{"request.create 1", "request.cancel 1"}));
  EXPECT_EQ(subscription_->state().position, 3);
  restart();
  ASSERT_TRUE(round());
  EXPECT_EQ(taker_.told.size(), 2U);
}

TEST_F(SubscriptionTest, AFailedEventHoldsBackItsRequestAlone) {
  gateway_.log.insert(
      gateway_.log.end(),
      {{"request.create", 1}, {"request.create", 2}, {"request.cancel", 1}, {"request.cancel", 2}});
  refuse("request.create", 1);
  restart();
  ASSERT_TRUE(round());
  EXPECT_EQ(taker_.told, (Told{"request.create 1", "request.create 2", "request.cancel 2"}));
  EXPECT_EQ(subscription_->state().position, 4);
  EXPECT_EQ(subscription_->state().failures, 0);  // others were taken since
  ASSERT_TRUE(round());
  EXPECT_EQ(taker_.told.size(), 3U) << "it is not tried again before its time";
  taker_.takes = [](const Event&) { return true; };
  let_time_pass(first_back_off);
  restart();
  ASSERT_TRUE(round());
  ASSERT_EQ(taker_.told, (Told{"request.create 1", "request.create 2", "request.cancel 2",
                               "request.create 1", "request.cancel 1"}));
  EXPECT_EQ(taker_.ids[0], taker_.ids[3]);
  EXPECT_TRUE(subscription_->state().waiting.empty());
}

TEST_F(SubscriptionTest, AfterSoManyTriesItIsADeadLetterAndTheNextOneIsTold) {
  gateway_.log.insert(gateway_.log.end(), {{"request.create", 1}, {"request.cancel", 1}});
  refuse("request.create", 1);
  restart();
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(round());
    let_time_pass(longest_back_off);
  }
  EXPECT_EQ(taker_.told,
            (Told{"request.create 1", "request.create 1", "request.create 1", "request.cancel 1"}));
  ASSERT_EQ(letters().size(), 1U);
  EXPECT_EQ(letters()[0].id, taker_.ids[0]);
  EXPECT_EQ(letters()[0].tries, 3);
  EXPECT_EQ(letters()[0].request, 1);
  EXPECT_EQ(letters()[0].error, "it does not take it");
  EXPECT_NE(lines_.text.find("gave up request.create of request 1"), std::string::npos);
}

TEST_F(SubscriptionTest, WhatWasNotWrittenDownIsToldAgain) {
  gateway_.log.insert(gateway_.log.end(), {{"request.create", 1}});
  bool stopped = false;
  taker_.takes = [&](const Event&) {
    std::filesystem::copy(path("hook.json"), path("before"));
    stopped = true;
    return true;
  };
  restart();
  ASSERT_TRUE(round());
  ASSERT_TRUE(stopped);
  std::filesystem::rename(path("before"), path("hook.json"));  // killed before it was written
  taker_.takes = [](const Event&) { return true; };
  restart();
  ASSERT_TRUE(round());
  ASSERT_EQ(taker_.told, (Told{"request.create 1", "request.create 1"}));
  EXPECT_EQ(taker_.ids[0], taker_.ids[1]);
}

TEST_F(SubscriptionTest, ABrokenOffDeliveryDoesNotCount) {
  gateway_.log.insert(gateway_.log.end(), {{"request.create", 1}});
  std::stop_source stop;
  taker_.takes = [&](const Event&) {
    stop.request_stop();
    return false;
  };
  restart();
  ASSERT_TRUE(subscription_->round(stop.get_token()));
  EXPECT_TRUE(subscription_->state().waiting.empty());
  restart();
  EXPECT_EQ(subscription_->state().position, 0);
}

TEST_F(SubscriptionTest, AGatewayThatIsDownCostsNoTry) {
  gateway_.log.insert(gateway_.log.end(), {{"request.create", 1}});
  gateway_.reachable = false;
  restart();
  EXPECT_EQ(round().error().code, "gateway_unreachable");
  EXPECT_TRUE(taker_.told.empty());
  gateway_.reachable = true;
  ASSERT_TRUE(round());
  EXPECT_EQ(taker_.told.size(), 1U);
}

TEST_F(SubscriptionTest, ARequestThatCannotBeReadHoldsUpNothing) {
  gateway_.log.insert(gateway_.log.end(), {{"request.create", 1}, {"request.create", 2}});
  gateway_.requests[1] = {{"id", "one"}, {"state", "used_up"}};
  restart();
  ASSERT_TRUE(round());
  EXPECT_EQ(taker_.told, (Told{"request.create 1", "request.create 2"}));
}

TEST_F(SubscriptionTest, AClockThatWasAheadDelaysNothingForLong) {
  gateway_.log.insert(gateway_.log.end(), {{"request.create", 1}});
  refuse("request.create", 1);
  let_time_pass(std::chrono::days(365));
  restart();
  ASSERT_TRUE(round());
  let_time_pass(-std::chrono::days(365));
  ASSERT_TRUE(round());
  EXPECT_EQ(taker_.told.size(), 2U);
}

TEST_F(SubscriptionTest, ALogThatIsShorterThanBeforeIsSaidAndGoneOnWith) {
  gateway_.log.resize(10, {"request.create", 1});
  restart();
  ASSERT_TRUE(round());
  ASSERT_EQ(taker_.told.size(), 9U);
  gateway_.log.resize(4);
  subscription_->distrust_position();
  ASSERT_TRUE(round());
  EXPECT_NE(lines_.text.find("the log ends before record 9"), std::string::npos);
  gateway_.log.push_back({"request.cancel", 1});
  subscription_->distrust_position();
  ASSERT_TRUE(round());
  EXPECT_EQ(taker_.told.back(), "request.cancel 1");
}

TEST_F(SubscriptionTest, SignersNarrowIt) {
  gateway_.log.insert(gateway_.log.end(), {{"request.create", 1}});
  handler_.signers = {"nightly"};
  restart();
  ASSERT_TRUE(round());
  EXPECT_TRUE(taker_.told.empty());
}

TEST_F(SubscriptionTest, RemindsOnceEachInterval) {
  handler_.remind_after = std::chrono::hours(4);
  gateway_.ask(7, clock_.time);
  restart();
  ASSERT_TRUE(round());
  EXPECT_TRUE(taker_.told.empty());
  let_time_pass(std::chrono::hours(4));
  ASSERT_TRUE(round());
  restart();
  let_time_pass(std::chrono::hours(1));
  ASSERT_TRUE(round());
  EXPECT_EQ(taker_.told, (Told{"request.waiting 7"}));
  let_time_pass(std::chrono::hours(8));
  ASSERT_TRUE(round());
  ASSERT_EQ(taker_.told, (Told{"request.waiting 7", "request.waiting 7"}));
  EXPECT_NE(taker_.ids[0], taker_.ids[1]);
  gateway_.requests[7]["state"] = "active";
  let_time_pass(std::chrono::hours(8));
  ASSERT_TRUE(round());
  EXPECT_EQ(taker_.told.size(), 2U);
}

TEST_F(SubscriptionTest, TellsWhatRanOutAndNotWhatWasAnswered) {
  for (const RequestId id : {7, 8, 9}) gateway_.ask(id, clock_.time);
  let_time_pass(std::chrono::minutes(1));
  ASSERT_TRUE(round());
  gateway_.requests[7]["state"] = "expired";
  gateway_.requests[8]["state"] = "rejected";
  gateway_.requests[9]["state"] = "expired";
  gateway_.requests[9]["active_from"] = "2026-11-22T10:00:00Z";
  restart();
  let_time_pass(std::chrono::minutes(1));
  ASSERT_TRUE(round());
  EXPECT_EQ(taker_.told, (Told{"request.expired 7"}));
}

TEST_F(SubscriptionTest, ADamagedStateIsSaidAndNotGuessed) {
  std::ofstream(path("hook.json")) << "{\"position\": 1";
  const auto opened = Subscription::open(handler_, path(""), {*events_, taker_, clock_, lines_});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, "bad_state");
}

TEST_F(SubscriptionTest, AHalfWrittenDeadLetterSpoilsNoOther) {
  const DeadLetter letter{"1-a", "request.create", 1, 7, 0, 3, "no", "2026-11-22T10:00:00Z"};
  ASSERT_TRUE(add_dead_letter(path(""), "hook", letter));
  std::ofstream(path("hook.dead"), std::ios::app) << "\n{\"id\": \"2-";
  ASSERT_TRUE(add_dead_letter(path(""), "hook", letter));
  EXPECT_EQ(letters().size(), 2U);
}

TEST_F(SubscriptionTest, ADeadLetterThatWasSettledIsOffTheList) {
  for (const char* const id : {"1-a", "2-b"})
    ASSERT_TRUE(add_dead_letter(path(""), "hook",
                                {id, "request.create", 1, 7, 0, 3, "no", "2026-11-22T10:00:00Z"}));
  ASSERT_TRUE(settle_dead_letter(path(""), "hook", "1-a"));
  ASSERT_EQ(letters().size(), 1U);
  EXPECT_EQ(letters()[0].id, "2-b");
}

TEST_F(SubscriptionTest, AReminderThatWasGivenUpIsToldAgainAsTheSame) {
  gateway_.ask(7, clock_.time);
  handler_.events = {"freeze.*"};
  handler_.remind_after = std::chrono::hours(1);
  handler_.tries = 1;
  taker_.takes = [](const Event&) { return false; };
  restart();
  let_time_pass(std::chrono::hours(2));
  ASSERT_TRUE(round());
  ASSERT_TRUE(round());
  ASSERT_EQ(letters().size(), 1U);
  const DeadLetter letter = letters()[0];
  const WaitingEvent waiting{.name = letter.name, .round = letter.round, .request = letter.request};
  const auto again = events_->of(waiting, clock_.time);
  ASSERT_TRUE(again && *again);
  EXPECT_EQ((*again)->id, letter.id);
  gateway_.requests[7]["state"] = "active";
  EXPECT_FALSE(*events_->of(waiting, clock_.time)) << "nobody is to be reminded any more";
}

}  // namespace
}  // namespace countersign::notify
