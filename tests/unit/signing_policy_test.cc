// Policy documents: read strictly, written back, compared.
#include "policy/model/signing_policy.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace countersign {
namespace {

using nlohmann::json;

json document() {
  return json::parse(R"({"approval": [{"name": "release", "approvers": ["ann", "bob"], "count": 2}],
                         "ceilings": {"signatures": 10, "window": "8h", "pending": "7d"}})");
}

std::string refusal(const json& policy) {
  const auto read = signing_policy_from_json(policy, "/policy");
  return read ? "accepted" : read.error().message;
}

TEST(SigningPolicyTest, ReadsWhatItWrites) {
  const auto policy = signing_policy_from_json(document(), "");
  ASSERT_TRUE(policy) << policy.error().text();
  EXPECT_EQ(to_json(*policy), document());
  const auto none = signing_policy_from_json(json{{"approval", "none"}}, "");
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->needs_approval());
  EXPECT_EQ(to_json(*none), (json{{"approval", "none"}}));
}

TEST(SigningPolicyTest, RefusesWithTheFieldsPointer) {
  struct Case {
    const char* patch;  ///< JSON merge patch (RFC 7396) to a good document
    const char* message;
  };
  for (const Case& each : {
           Case{R"({"approval": null})", "/policy/approval is missing"},
           Case{R"({"approval": "nobody"})",
                "/policy/approval is neither \"none\" nor a list of one step"},
           Case{R"({"approval": []})",
                "/policy/approval is neither \"none\" nor a list of one step"},
           Case{R"({"approval": "none"})",
                "/policy/ceilings means nothing where no approval is needed"},
           Case{R"({"ceilings": null})", "/policy/ceilings is missing"},
           Case{R"({"extra": 1})", "/policy/extra is not known here"},
           Case{R"({"ceilings": {"signatures": 0}})",
                "/policy/ceilings/signatures is not a whole number from 1 to 1000000"},
           Case{R"({"ceilings": {"signatures": "ten"}})",
                "/policy/ceilings/signatures is not a whole number from 1 to 1000000"},
           Case{R"({"ceilings": {"window": "0s"}})",
                "/policy/ceilings/window is not a duration from 1m to 30d"},
           Case{R"({"ceilings": {"window": "31d"}})",
                "/policy/ceilings/window is not a duration from 1m to 30d"},
           Case{R"({"ceilings": {"pending": 7}})", "/policy/ceilings/pending is not a string"},
       }) {
    json policy = document();
    policy.merge_patch(json::parse(each.patch));
    EXPECT_EQ(refusal(policy), each.message) << each.patch;
  }
}

TEST(SigningPolicyTest, RefusesStepsNobodyCouldSatisfy) {
  const auto with_step = [](const char* patch) {
    json policy = document();
    policy["approval"][0].merge_patch(json::parse(patch));
    return refusal(policy);
  };
  EXPECT_EQ(with_step(R"({"count": 3})"),
            "/policy/approval/0/count asks for more people than the step has approvers");
  EXPECT_EQ(with_step(R"({"count": 0})"),
            "/policy/approval/0/count is not a whole number from 1 to 100");
  EXPECT_EQ(with_step(R"({"approvers": []})"),
            "/policy/approval/0/approvers needs 1 to 100 accounts");
  EXPECT_EQ(with_step(R"({"approvers": ["ann", "ANN"]})"),
            "/policy/approval/0/approvers names ANN twice");
  EXPECT_EQ(with_step(R"({"approvers": ["ann", 1]})"),
            "/policy/approval/0/approvers/1 is not a string");
  EXPECT_NE(with_step(R"({"name": "1st"})"), "accepted");
}

TEST(SigningPolicyTest, WeakHashesAreSignedOnlyWhereNamed) {
  const auto plain = signing_policy_from_json(document(), "");
  ASSERT_TRUE(plain);
  EXPECT_FALSE(plain->allows(Hash::sha1));
  for (const Hash hash : {Hash::none, Hash::sha224, Hash::sha256, Hash::sha384, Hash::sha512})
    EXPECT_TRUE(plain->allows(hash)) << to_text(hash);
  for (json written : {document(), json{{"approval", "none"}}}) {
    written["weak_hashes"] = {"sha1"};
    const auto policy = signing_policy_from_json(written, "");
    ASSERT_TRUE(policy) << policy.error().text();
    EXPECT_TRUE(policy->allows(Hash::sha1));
    EXPECT_EQ(to_json(*policy), written);
  }
}

TEST(SigningPolicyTest, RefusesOtherWeakHashes) {
  const auto with = [](json hashes) {
    json policy = document();
    policy["weak_hashes"] = std::move(hashes);
    return refusal(policy);
  };
  EXPECT_EQ(with({"md5"}), "/policy/weak_hashes names md5, which is no weak hash");
  EXPECT_EQ(with({"sha256"}), "/policy/weak_hashes names sha256, which is no weak hash");
  EXPECT_EQ(with({"none"}), "/policy/weak_hashes names none, which is no weak hash");
  EXPECT_EQ(with({"sha1", "sha1"}), "/policy/weak_hashes names sha1 twice");
  EXPECT_EQ(with({1}), "/policy/weak_hashes/0 is not a string");
  EXPECT_NE(with("sha1"), "accepted");
}

TEST(SigningPolicyTest, AllowingAWeakHashLoosens) {
  for (json written : {document(), json{{"approval", "none"}}}) {
    const auto without = signing_policy_from_json(written, "");
    written["weak_hashes"] = {"sha1"};
    const auto with = signing_policy_from_json(written, "");
    ASSERT_TRUE(without && with);
    EXPECT_TRUE(loosens(*without, *with));
    EXPECT_FALSE(loosens(*with, *with));
    EXPECT_FALSE(loosens(*with, *without));
  }
}

TEST(SigningPolicyTest, KnowsWhatLoosens) {
  const auto policy = [](const char* patch) {
    json changed = document();
    changed.merge_patch(json::parse(patch));
    return *signing_policy_from_json(changed, "");
  };
  const SigningPolicy before = policy("{}");
  EXPECT_FALSE(loosens(before, before));
  EXPECT_FALSE(loosens(before, policy(R"({"ceilings": {"signatures": 9}})")));
  EXPECT_TRUE(loosens(before, policy(R"({"ceilings": {"signatures": 11}})")));
  EXPECT_TRUE(loosens(before, policy(R"({"ceilings": {"window": "9h"}})")));
  EXPECT_TRUE(loosens(before, policy(R"({"ceilings": {"pending": "8d"}})")));
  EXPECT_TRUE(loosens(before, SigningPolicy{}));
  EXPECT_FALSE(loosens(SigningPolicy{}, before));
  SigningPolicy fewer = before;
  fewer.steps[0].count = 1;
  EXPECT_TRUE(loosens(before, fewer));
  SigningPolicy others = before;
  others.steps[0].approvers.push_back("eve");
  EXPECT_TRUE(loosens(before, others));
}

}  // namespace
}  // namespace countersign
