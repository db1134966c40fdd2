// Whom a mail goes to.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tools/notify/event_names.h"
#include "tools/notify/mail.h"

namespace countersign::notify {
namespace {

using Addresses = std::vector<std::string>;

const std::map<std::string, std::string> known{
    {"alex", "alex@example.com"}, {"kim", "kim@example.com"}, {"managers", "managers@example.com"}};

Event event_of(std::vector<EventRequest> requests) {
  Event event;
  event.name = "request.create";
  event.requests = std::move(requests);
  return event;
}

EventRequest waiting_request(std::vector<std::string> approvers) {
  EventRequest request;
  request.requester = "alex";
  request.approvers = std::move(approvers);
  return request;
}

MailConfig mail_to(std::vector<std::string> to) {
  MailConfig mail;
  mail.from = "from@example.com";
  mail.to = std::move(to);
  return mail;
}

TEST(Recipients, AreApproversRequesterAndFixedOnesEachOnce) {
  const auto found =
      recipients(mail_to({"approvers", "requester", "alex@example.com", "log@example.com"}), known,
                 event_of({waiting_request({"kim", "managers", "nobody"})}));
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, (Addresses{"kim@example.com", "managers@example.com", "alex@example.com",
                               "log@example.com"}));
}

TEST(Recipients, AreThoseWhomTheRecordNamesToBeTold) {
  Event event = event_of({waiting_request({})});
  event.name = "request.break_glass";
  event.data["tell"] = "kim,group:nobody,,managers";
  const auto found = recipients(mail_to({"approvers"}), known, event);
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, (Addresses{"kim@example.com", "managers@example.com"}));
}

TEST(Recipients, AreThoseWhoMayAnswerInAnApproversPlaceToo) {
  EventRequest request = waiting_request({"kim"});
  request.delegates = {"alex"};
  EXPECT_EQ(*recipients(mail_to({"approvers"}), known, event_of({request})),
            (Addresses{"kim@example.com", "alex@example.com"}));
}

TEST(Recipients, OfAChangeAreThoseWhoMayConsentAndWhoAsked) {
  Event event = event_of({});
  event.name = "change.propose";
  event.data["change"] = "3";
  event.change = EventChange{3, "member.add", "alex", "pending", "release: lee as admin", {"kim"}};
  EXPECT_EQ(*recipients(mail_to({"approvers"}), known, event), (Addresses{"kim@example.com"}));
  EXPECT_EQ(*recipients(mail_to({"requester"}), known, event), (Addresses{"alex@example.com"}));
  event.hidden = true;
  const auto hidden = recipients(mail_to({"approvers"}), known, event);
  ASSERT_FALSE(hidden);
  EXPECT_NE(hidden.error().remedy.find("/security/read/"), std::string::npos);
}

TEST(Recipients, OfAChangeAreNamedOnceAndAHiddenPartIsSaid) {
  const nlohmann::json asked{{"asked", {"kim", "alex"}}}, more{{"asked", {"kim"}}};
  const nlohmann::json unseen{{"of", "a signer"}};
  nlohmann::json change{{"id", 3}, {"state", "pending"}, {"parts", {asked, more}}};
  EXPECT_EQ(change_of_answer(change)->asked, (Addresses{"alex", "kim"}));
  EXPECT_TRUE(change_of_answer(change)->whole);
  change["parts"].push_back(unseen);
  EXPECT_FALSE(change_of_answer(change)->whole);
  change["state"] = "applied";
  EXPECT_TRUE(change_of_answer(change)->whole) << "nobody is asked any more";
  EXPECT_EQ(change_of_answer({{"id", 3}}).error().code, "bad_answer");
}

TEST(Recipients, WhoMaySignHearsTheOutcomeToo) {
  EventRequest request = waiting_request({});
  request.beneficiary = "kim";
  EXPECT_EQ(*recipients(mail_to({"requester"}), known, event_of({request})),
            (Addresses{"alex@example.com", "kim@example.com"}));
}

TEST(Recipients, NobodyToAskIsNoFailure) {
  const auto found = recipients(mail_to({"approvers"}), known, event_of({waiting_request({})}));
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->empty());
}

TEST(Recipients, PeopleWithoutAddressAreOne) {
  const auto found =
      recipients(mail_to({"approvers"}), known, event_of({waiting_request({"lee"})}));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, "no_address");
  EXPECT_NE(found.error().message.find("lee"), std::string::npos);
}

TEST(Recipients, AHiddenRequestIsOneWherePeopleAreMeant) {
  Event event = event_of({});
  event.hidden = true;
  EXPECT_EQ(recipients(mail_to({"requester"}), known, event).error().code, "request_hidden");
  EXPECT_TRUE(recipients(mail_to({"log@example.com"}), known, event));
}

TEST(Recipients, ATestGoesToTheSenderWhereNobodyIsNamed) {
  Event event = test_event(Time{});
  EXPECT_EQ(*recipients(mail_to({"requester"}), known, event), (Addresses{"from@example.com"}));
  EXPECT_EQ(*recipients(mail_to({"log@example.com"}), known, event),
            (Addresses{"log@example.com"}));
}

}  // namespace
}  // namespace countersign::notify
