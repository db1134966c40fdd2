// What is said of a request besides answering it.
#include "policy/request_talk.h"

#include "tests/policy/request_world.h"

namespace countersign::test {
namespace {

using std::chrono::minutes;

class RequestTalk : public RequestWorld {
 protected:
  std::string comment(const std::string& who, RequestId id, const std::string& text) {
    const Caller caller = as(who);
    return code(in(
        [&](Transaction& transaction) { return comment_request(transaction, caller, id, text); }));
  }
  std::string remind(const std::string& who, RequestId id) {
    const Caller caller = as(who);
    return code(
        in([&](Transaction& transaction) { return remind_approvers(transaction, caller, id); }));
  }
};

TEST_F(RequestTalk, CommentsAreTextAndTwoHundredAtMost) {
  const RequestId id = ask("engineer", 1)->id, other = ask("engineer", 1)->id;
  EXPECT_EQ(comment("approver", id, ""), "bad_text");
  EXPECT_EQ(comment("approver", id, "two\nlines"), "bad_text");
  for (int i = 0; i < 200; ++i) ASSERT_EQ(comment("approver", id, "why?"), "ok");
  EXPECT_EQ(comment("engineer", id, "because"), "too_many_comments");
  EXPECT_EQ(comment("engineer", other, "because"), "ok");
}

TEST_F(RequestTalk, RemindersAreTheRequestersWhileItWaitsAndApart) {
  const RequestId id = ask("engineer", 1)->id;
  EXPECT_EQ(remind("approver", id), "not_allowed");
  ASSERT_EQ(remind("engineer", id), "ok");
  EXPECT_NE(log().back().body.find("request.remind"), std::string::npos);
  clock_.advance(minutes(15) - Milliseconds(1));
  EXPECT_EQ(remind("engineer", id), "reminded_lately");
  clock_.advance(Milliseconds(1));
  EXPECT_EQ(remind("engineer", id), "ok");
  ASSERT_EQ(code(approve("approver", id)), "ok");
  clock_.advance(minutes(15));
  EXPECT_EQ(remind("engineer", id), "not_pending");
}

}  // namespace
}  // namespace countersign::test
