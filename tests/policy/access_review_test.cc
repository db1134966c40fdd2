// What the review of access finds, and what it leaves alone.
#include "policy/access_review.h"

#include "policy/claims.h"
#include "policy/providers.h"
#include "tests/policy/role_world.h"

namespace countersign::test {
namespace {

using Lines = std::vector<std::string>;

class AccessReviews : public RoleWorld {
 protected:
  AccessReview review(int days = 30) {
    return *in([&](Transaction& transaction) -> Result<AccessReview> {
      return review_access(transaction, transaction.now - std::chrono::days(days),
                           [](const Claim& claim) { return claim.value == "known"; });
    });
  }
  Lines unused(int days = 30) {
    Lines lines;
    for (const UnusedRight& each : review(days).unused)
      lines.push_back(each.account + ": " + each.right + " by " + each.through);
    return lines;
  }
  void wait(int days) { clock_.advance(std::chrono::days(days)); }
};

TEST_F(AccessReviews, NameMembersWhoDidNothing) {
  EXPECT_EQ(unused(), Lines{}) << "everything was given just now";
  wait(31);
  ASSERT_TRUE(ask("engineer", 1));
  ASSERT_EQ(role("any", {"/auditing/"}), "ok");
  EXPECT_EQ(unused(),
            (Lines{"keeper: signer admin of release by membership signer admin of release",
                   "mate: signer operator of release by membership signer operator of "
                   "release"}))
      << "auditors read, which is not recorded; admin made a role";
  wait(31);
  EXPECT_EQ(unused().front(), "admin: product admin by membership product admin");
  EXPECT_EQ(unused(365), Lines{});
}

TEST_F(AccessReviews, NameStringsWithTheirChain) {
  ASSERT_EQ(role("helpers", {"/security/", "/auditing/read/", "/pam/modify/"}), "ok");
  ASSERT_EQ(group("desk"), "ok");
  ASSERT_EQ(join("desk", "outsider"), "ok");
  ASSERT_EQ(grant("helpers", "desk"), "ok");
  EXPECT_EQ(unused(), Lines{});
  wait(31);
  actor_ = "outsider";
  ASSERT_EQ(group("another"), "ok");
  const std::string chain = "group desk, role helpers, permission set Global (/), string ";
  const Lines lines = unused();
  EXPECT_EQ(std::ranges::count(lines, "outsider: /pam/modify/ by " + chain + "/pam/modify/"), 1);
  EXPECT_EQ(std::ranges::count_if(
                lines, [](const std::string& each) { return each.starts_with("outsider"); }),
            1)
      << "security was used, and reading the log is not recorded";
  wait(31);
  ASSERT_EQ(join("another", "mate"), "ok");
  EXPECT_EQ(std::ranges::count_if(unused(),
                                  [](const std::string& each) {
                                    return each.starts_with("outsider") || each.starts_with("mate");
                                  }),
            1)
      << "/pam/ again; whoever came into a group is left alone";
}

TEST_F(AccessReviews, NameClaimsThatNobodyCanBring) {
  const auto claim = [&](const char* scheme, ClaimType type, const char* value) {
    return does([&](auto& transaction, auto& caller) {
      return create_claim(transaction, caller, {scheme, type, value, {}, ""});
    });
  };
  ASSERT_EQ(does([&](auto& transaction, auto& caller) {
              return create_provider(transaction, caller, {0, ProviderKind::oidc, "ci", "CI"});
            }),
            "ok");
  ASSERT_EQ(claim("unix", ClaimType::group, "known"), "ok");
  ASSERT_EQ(claim("unix", ClaimType::group, "gone"), "ok");
  ASSERT_EQ(claim("ci", ClaimType::oauth_role, "known"), "ok");
  Lines lines;
  for (const UnbroughtClaim& each : review().claims)
    lines.push_back(each.claim + ": " + each.reason);
  EXPECT_EQ(lines, (Lines{"unix:group:gone: this host has no group of that name",
                          "ci:oauth_role:known: no caller is known by ci"}));
}

TEST_F(AccessReviews, NameStepsThatFewCanComplete) {
  const auto found = [&]() -> std::string {
    const auto steps = review().steps;
    if (steps.empty()) return "none";
    return steps.front().signer + " " + steps.front().step + " " +
           std::to_string(steps.front().needs) + " of " + std::to_string(steps.front().people);
  };
  EXPECT_EQ(found(), "release release 1 of 2");
  const auto set = [&](const std::vector<std::string>& approvers, int count) {
    return submits("keeper", "policy.set",
                   {{"signer", 0}, {"policy", policy_of(approvers, count)}, {"reason", "test"}});
  };
  ASSERT_EQ(set({"approver", "second"}, 2), "ok");
  EXPECT_EQ(found(), "release release 2 of 2");
  ASSERT_EQ(set({"approver", "second", "mate"}, 1), "ok");
  EXPECT_EQ(found(), "none");
  ASSERT_EQ(submits("admin", "account.disable", {{"account", "mate"}, {"reason", "left"}}), "ok");
  EXPECT_EQ(found(), "release release 1 of 2");
}

TEST_F(AccessReviews, NameMachinesWithoutOwners) {
  ASSERT_EQ(
      does([](auto& transaction, auto& caller) {
        return create_account(transaction, caller, {"robot", AccountKind::machine, {}, {}, "mate"});
      }),
      "ok");
  EXPECT_EQ(review().machines, Lines{});
  ASSERT_EQ(submits("admin", "account.disable", {{"account", "mate"}, {"reason", "left"}}), "ok");
  EXPECT_EQ(review().machines, Lines{"robot"});
}

}  // namespace
}  // namespace countersign::test
