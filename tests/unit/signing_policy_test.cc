// Policy documents: written back and compared. What is refused stands in policy_documents.json.
#include "policy/model/signing_policy.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

namespace countersign {
namespace {

using nlohmann::json;

constexpr Time now = Time(std::chrono::sys_days(std::chrono::year(2026) / 11 / 22));

json document() {
  return json::parse(R"({"approval": [{"name": "release", "approvers": ["ann", "bob"], "count": 2}],
                         "ceilings": {"signatures": 10, "window": "8h", "pending": "7d"}})");
}

SigningPolicy policy(const char* patch) {
  json changed = document();
  changed.merge_patch(json::parse(patch));
  const auto read = signing_policy_from_json(changed, "");
  EXPECT_TRUE(read) << patch << (read ? "" : ": " + read.error().message);
  return read.value_or(SigningPolicy{});
}

TEST(SigningPolicyTest, ReaderAgreesWithTheTable) {
  std::ifstream file(COUNTERSIGN_POLICY_DOCUMENTS);
  const json table = json::parse(file);
  for (const json& each : table.at("good")) {
    const auto read = signing_policy_from_json(each, "/policy");
    ASSERT_TRUE(read) << each << read.error().text();
    EXPECT_EQ(to_json(*read), each);
  }
  for (const char* bad : {"bad", "bad_beyond_schema"})
    for (const json& each : table.at(bad)) {
      json changed = table.at("good").at(1);
      changed.merge_patch(each.at("patch"));
      const auto read = signing_policy_from_json(changed, "/policy");
      ASSERT_FALSE(read) << each;
      EXPECT_EQ(read.error().code, "bad_field");
      EXPECT_TRUE(read.error().message.starts_with(each.at("error").get<std::string>()))
          << read.error().message << " is not " << each.at("error");
    }
}

TEST(SigningPolicyTest, StepsAreKeptInTheirOrder) {
  const json steps = json::parse(R"([{"name": "review", "approvers": ["ann"], "count": 1},
                                  {"name": "release", "approvers": ["group:board"], "count": 3}])");
  json written = document();
  written["approval"] = steps;
  const auto read = signing_policy_from_json(written, "");
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->steps.at(1).name, "release");
  EXPECT_EQ(to_json(*read), written);
}

TEST(SigningPolicyTest, WeakHashesAreSignedOnlyWhereNamed) {
  const AllowedAlgorithms plain;
  EXPECT_FALSE(plain.allows(Hash::sha1));
  EXPECT_FALSE(plain.allows_size(20));
  for (const Hash hash : {Hash::sha224, Hash::sha256, Hash::sha384, Hash::sha512})
    EXPECT_TRUE(plain.allows(hash)) << to_text(hash);
  const AllowedAlgorithms named{{}, {}, {Hash::sha1}};
  EXPECT_TRUE(named.allows(Hash::sha1));
  EXPECT_TRUE(named.allows_size(20));
  const AllowedAlgorithms one{{{Scheme::rsa_pss}}, {{Hash::sha384}}, {}};
  EXPECT_FALSE(one.allows(Scheme::ecdsa));
  EXPECT_FALSE(one.allows(Hash::sha256));
  EXPECT_TRUE(one.allows_size(48));
  EXPECT_FALSE(one.allows_size(32));
}

TEST(SigningPolicyTest, NamesAccountsWhateverTheirCaseAndClaimsAsTheyAre) {
  const std::vector<std::string> names{"ann", "group:Board", "unix:group:board"};
  for (const char* named : {"ANN", "group:board", "unix:group:board"})
    EXPECT_TRUE(names_approver(names, named)) << named;
  for (const char* other : {"bob", "group:boards", "unix:group:Board"})
    EXPECT_FALSE(names_approver(names, other)) << other;
}

TEST(SigningPolicyTest, MetadataAreCheckedByTheirField) {
  const Demands demands = policy(R"({"demands": {"metadata": [
      {"name": "ticket", "kind": "pattern", "pattern": "[A-Z]+-[0-9]+"},
      {"name": "run", "kind": "number", "required": false},
      {"name": "stage", "kind": "choice", "choices": ["beta", "final"], "required": false}]}})")
                              .demands;
  const auto why = [&](const std::map<std::string, std::string>& metadata) {
    const auto good = check_metadata(demands, metadata);
    return good ? "" : good.error().message;
  };
  EXPECT_EQ(why({{"ticket", "REL-7"}, {"run", "12"}, {"stage", "beta"}, {"note", "x"}}), "");
  EXPECT_EQ(why({}), "the policy demands the field ticket");
  EXPECT_EQ(why({{"ticket", "see REL-7"}}), "the field ticket does not match [A-Z]+-[0-9]+");
  EXPECT_EQ(why({{"ticket", "REL-7"}, {"run", "1.5"}}), "the field run is not a whole number");
  EXPECT_EQ(why({{"ticket", "REL-7"}, {"stage", "alpha"}}),
            "the field stage is none of beta, final");
  EXPECT_NE(why({{"ticket", "REL-7"}, {"note", "\x1b[2J"}}), "");
  EXPECT_NE(why({{"ticket", "REL-7"}, {"a b", "x"}}), "");
}

TEST(SigningPolicyTest, KnowsWhatLoosens) {
  const char* const strict = R"({
      "algorithms": ["rsa-pss"], "hashes": ["sha256", "sha384"], "networks": ["local"],
      "ceilings": {"active_requests": 2},
      "hours": {"zone": "Europe/Berlin", "open": [{"days": ["mon"], "from": "08:00",
                                                   "until": "18:00"}]},
      "freeze_windows": [{"from": "2020-12-20T00:00:00Z", "until": "2021-01-02T00:00:00Z",
                          "reason": "over"},
                         {"from": "2026-12-20T00:00:00Z", "until": "2027-01-02T00:00:00Z",
                          "reason": "holidays"}],
      "rates": [{"count": 10, "per": "1m", "of": "caller"}],
      "demands": {"digests": "required",
                  "metadata": [{"name": "ticket", "kind": "text", "required": true}]}})";
  const SigningPolicy before = policy(strict);
  const auto changed = [&](const char* patch) {
    json both = json::parse(strict);
    both.merge_patch(json::parse(patch));
    return loosens(before, policy(both.dump().c_str()), now);
  };
  EXPECT_TRUE(loosens(before, SigningPolicy{}, now));
  EXPECT_FALSE(loosens(SigningPolicy{}, before, now));
  for (const char* looser : {
           R"({"ceilings": {"signatures": 11}})",
           R"({"ceilings": {"window": "9h"}})",
           R"({"ceilings": {"pending": "8d"}})",
           R"({"ceilings": {"active_requests": 3}})",
           R"({"ceilings": {"active_requests": null}})",
           R"({"algorithms": null})",
           R"({"algorithms": ["rsa-pss", "rsa-pkcs1"]})",
           R"({"hashes": null})",
           R"({"hashes": ["sha512"]})",
           R"({"weak_hashes": ["sha1"]})",
           R"({"networks": null})",
           R"({"hours": null})",
           R"({"hours": {"zone": "UTC"}})",
           R"({"hours": {"open": [{"days": ["mon"], "from": "07:59", "until": "18:00"}]}})",
           R"({"freeze_windows": null})",
           R"({"freeze_windows": [{"from": "2026-12-20T00:00:01Z",
                                   "until": "2027-01-02T00:00:00Z", "reason": "later"}]})",
           R"({"rates": null})",
           R"({"rates": [{"count": 11, "per": "1m", "of": "caller"}]})",
           R"({"rates": [{"count": 10, "per": "59s", "of": "caller"}]})",
           R"({"demands": null})",
           R"({"demands": {"digests": "optional"}})",
           R"({"demands": {"metadata": [{"name": "ticket", "kind": "text", "required": false}]}})",
           R"({"approval": [{"name": "release", "approvers": ["ann", "bob"], "count": 1}]})",
           R"({"approval": [{"name": "release", "approvers": ["ann", "bob", "eve"], "count": 2}]})",
       })
    EXPECT_TRUE(changed(looser)) << looser;
  for (const char* stricter : {
           "{}",
           R"({"ceilings": {"signatures": 9}})",
           R"({"hashes": ["sha384"]})",
           R"({"hours": {"open": [{"days": ["mon"], "from": "08:00", "until": "12:00"},
                                  {"days": ["mon"], "from": "12:00", "until": "18:00"}]}})",
           R"({"freeze_windows": [{"from": "2026-12-01T00:00:00Z",
                                   "until": "2026-12-31T00:00:00Z", "reason": "one"},
                                  {"from": "2026-12-31T00:00:00Z",
                                   "until": "2027-01-02T00:00:00Z", "reason": "two"}]})",
           R"({"rates": [{"count": 5, "per": "2m", "of": "signer"}]})",
           R"({"demands": {"metadata": [{"name": "ticket", "kind": "number"},
                                        {"name": "note", "kind": "text"}]}})",
           R"({"approval": [{"name": "look", "approvers": ["eve"], "count": 1},
                            {"name": "release", "approvers": ["ann", "bob"], "count": 2}]})",
       })
    EXPECT_FALSE(changed(stricter)) << stricter;
}

}  // namespace
}  // namespace countersign
