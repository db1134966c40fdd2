#include "tools/notify/webhook.h"

#include <gtest/gtest.h>

#include "tools/notify/back_off.h"
#include "tools/notify/event_names.h"

namespace countersign::notify {
namespace {

/// By `printf '1700000000.12-ab.{}' | openssl dgst -sha256 -hmac secret`.
TEST(WebhookSignature, IsWhatOpensslComputes) {
  EXPECT_EQ(webhook_signature("secret", "1700000000", "12-ab", "{}"),
            "8671e0fee715919833452701afd5dc201374a66ef6492c551e13644fa68a0f38");
}

TEST(WebhookSignature, CoversTimeIdAndBody) {
  const std::string good = webhook_signature("secret", "1", "2", "{}");
  EXPECT_NE(webhook_signature("other", "1", "2", "{}"), good);
  EXPECT_NE(webhook_signature("secret", "2", "2", "{}"), good);
  EXPECT_NE(webhook_signature("secret", "1", "3", "{}"), good);
  EXPECT_NE(webhook_signature("secret", "1", "2", "[]"), good);
}

TEST(BackOff, DoublesToAQuarterOfAnHourAndKeepsAtLeastHalf) {
  EXPECT_EQ(back_off(1, 0), Milliseconds(500));
  EXPECT_EQ(back_off(1, 500), Milliseconds(1000));
  EXPECT_EQ(back_off(2, 0), Milliseconds(1000));
  EXPECT_EQ(back_off(5, 0), Milliseconds(8000));
  for (const std::int64_t tries : {13, 20, 1000, INT32_MAX}) {
    EXPECT_EQ(back_off(tries, 0), longest_back_off / 2);
    EXPECT_LE(back_off(tries, UINT64_MAX), longest_back_off);
  }
}

TEST(EventNames, PatternsMeanWhatTheySay) {
  for (const char* good : {"*", "request.*", "request.create", "signature.*", "denied",
                           "gateway.started", "request.expired", "change.propose", "policy.set"})
    EXPECT_TRUE(check_event_pattern(good)) << good;
  for (const char* bad : {"", "request", "request.", "requests.*", "request.list", ".*", "**",
                          "request.create ", "signature.create\n", "handler.test"})
    EXPECT_FALSE(check_event_pattern(bad)) << bad;
  EXPECT_TRUE(wants({"signer.*", "request.create"}, "request.create"));
  EXPECT_TRUE(wants({"request.*"}, "request.comment"));
  EXPECT_FALSE(wants({"request.*"}, "requests.create"));
  EXPECT_FALSE(wants({"request.create"}, "request.cancel"));
}

}  // namespace
}  // namespace countersign::notify
