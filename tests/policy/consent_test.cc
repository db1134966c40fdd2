// Changes that take the consent of others: what waits for whom, who counts, and what is refused.
#include "tests/policy/role_world.h"

namespace countersign::test {
namespace {

using nlohmann::json;

class Consent : public RoleWorld {
 protected:
  std::string add(const std::string& who, const std::string& whom, const char* role) {
    return submits(who, "member.add", {{"signer", 0}, {"principal", whom}, {"role", role}});
  }
  std::string remove(const std::string& who, const std::string& whom, bool force = false) {
    return submits(who, "member.remove", {{"signer", 0}, {"principal", whom}}, force);
  }
  std::string set_policy(const std::string& who, const json& policy) {
    return submits(who, "policy.set", {{"signer", 0}, {"policy", policy}, {"reason", "test"}});
  }
  std::string account(const NewAccount& wish) {
    return does(
        [&](auto& transaction, auto& caller) { return create_account(transaction, caller, wish); });
  }
  void make(const NewAccount& wish) {
    ASSERT_EQ(account(wish), "ok");
    clock_.advance(std::chrono::hours(25));
  }
  std::string disable(const std::string& who, const std::string& whom, bool force = false) {
    return submits(who, "account.disable", {{"account", whom}, {"reason", "test"}}, force);
  }
  void make_outsider_root() {
    ASSERT_EQ(role("root", {"/"}), "ok");
    ASSERT_EQ(grant("root", "outsider"), "ok");
  }
  void make_mate_second_admin() { ASSERT_EQ(add("keeper", "mate", "admin"), "ok"); }
  SignerState state() {
    return *in(
        [&](Transaction& transaction) -> Result<SignerState> { return signer(transaction).state; });
  }
  std::int64_t approvals(const std::string& who, RequestId id, const UnixIdentity& identity) {
    Caller caller = as(who);
    const auto answered = in([&](Transaction& transaction) {
      caller.claims = transaction.claims.brought_by(identity);
      return answer_request(transaction, caller, id, {true});
    });
    return answered ? (answered->state == RequestState::active ? 2 : 1) : 0;
  }
};

TEST_F(Consent, OneAdminChangesAloneUntilThereAreTwo) {
  EXPECT_EQ(add("keeper", "outsider", "operator"), "ok");
  EXPECT_EQ(add("keeper", "mate", "admin"), "ok");
  EXPECT_EQ(add("keeper", "outsider", "admin"), "waits");
  EXPECT_EQ(asked(), "mate");
  EXPECT_EQ(answers("keeper"), "own_change");
  EXPECT_EQ(answers("engineer"), "not_an_approver");
  EXPECT_EQ(answers("mate"), "applied");
  EXPECT_EQ(answers("mate"), "not_pending");
}

TEST_F(Consent, OnceThereWereTwoItStaysSo) {
  make_mate_second_admin();
  EXPECT_EQ(remove("keeper", "mate"), "last_admin");
  EXPECT_EQ(add("keeper", "mate", "operator"), "last_admin");
  ASSERT_EQ(remove("keeper", "mate", true), "ok");
  EXPECT_EQ(state(), SignerState::frozen);
  EXPECT_EQ(add("keeper", "outsider", "operator"), "needs_second_admin");
  EXPECT_EQ(submits("keeper", "signer.unfreeze", {{"signer", 0}, {"reason", "x"}}),
            "needs_second_admin");
}

TEST_F(Consent, LooseningTakesTwoAndTighteningOne) {
  make_mate_second_admin();
  EXPECT_EQ(set_policy("keeper", policy_of({"approver"}, 1)), "ok");
  EXPECT_EQ(set_policy("keeper", policy_of({"approver", "second"}, 1)), "waits");
  EXPECT_EQ(answers("mate"), "applied");
  EXPECT_EQ(set_policy("keeper", {{"approval", "none"}}), "waits");
  EXPECT_EQ(answers("mate", false), "rejected");
  EXPECT_EQ(set_policy("keeper", policy_of({"approver", "second"}, 2)), "ok");
}

TEST_F(Consent, UnfreezingTakesTwo) {
  make_mate_second_admin();
  ASSERT_TRUE(store_->run([&](Transaction& transaction) -> Status {
    transaction.signers.set_state(signer(transaction).id, SignerState::frozen, "test");
    return {};
  }));
  EXPECT_EQ(submits("keeper", "signer.unfreeze", {{"signer", 0}, {"reason", "x"}}), "waits");
  EXPECT_EQ(state(), SignerState::frozen);
  EXPECT_EQ(answers("mate"), "applied");
  EXPECT_EQ(state(), SignerState::active);
}

TEST_F(Consent, WhoMayOnlyProposeDecidesNothing) {
  make_outsider_root();
  EXPECT_EQ(add("admin", "outsider", "operator"), "waits");
  EXPECT_EQ(answers("keeper"), "applied");
  EXPECT_EQ(remove("outsider", "engineer"), "waits");
  EXPECT_EQ(answers("outsider", false), "cancelled");
  EXPECT_EQ(set_policy("outsider", policy_of({"approver"}, 1)), "waits");
  EXPECT_EQ(answers("admin"), "not_an_approver");
  EXPECT_EQ(submits("outsider", "signer.retire", {{"signer", 0}, {"reason", "x"}}), "waits");
  EXPECT_EQ(answers("keeper"), "applied");
  EXPECT_EQ(state(), SignerState::retired);
}

TEST_F(Consent, AnAdminRetiresAlone) {
  EXPECT_EQ(submits("keeper", "signer.retire", {{"signer", 0}, {"reason", "x"}}), "ok");
  EXPECT_EQ(code(sign("engineer", operation_id(1))), "signer_retired");
}

TEST_F(Consent, ProposalsTakeTwoWhereThereAreTwo) {
  make_mate_second_admin();
  EXPECT_EQ(add("admin", "outsider", "operator"), "waits");
  EXPECT_EQ(answers("keeper"), "pending");
  EXPECT_EQ(answers("keeper"), "answered_already");
  EXPECT_EQ(answers("mate"), "applied");
}

TEST_F(Consent, WhoGainsDoesNotCount) {
  make({"robot", AccountKind::machine, {}, {}, "keeper"});
  EXPECT_EQ(add("keeper", "robot", "operator"), "needs_second_admin");
  make_mate_second_admin();
  EXPECT_EQ(add("keeper", "robot", "operator"), "waits");
  EXPECT_EQ(answers("mate"), "applied");
  make({"android", AccountKind::machine, {}, {}, "mate"});
  EXPECT_EQ(add("keeper", "android", "operator"), "needs_second_admin");
  EXPECT_EQ(add("admin", "android", "operator"), "needs_second_admin");
}

TEST_F(Consent, AMemberGroupIsFilledByConsentInWhateverOrder) {
  for (const char* const name : {"team", "inner"}) ASSERT_EQ(group(name), "ok");
  ASSERT_EQ(join("team", "outsider"), "ok");
  ASSERT_EQ(add("keeper", "team", "operator"), "ok");
  EXPECT_TRUE(may("outsider", right::sign));
  ASSERT_EQ(leave("team", "outsider"), "ok");
  EXPECT_FALSE(may("outsider", right::sign));
  EXPECT_EQ(join("team", "outsider"), "waits");
  EXPECT_EQ(join("team", "inner"), "ok");
  EXPECT_EQ(join("inner", "outsider"), "waits");
  EXPECT_FALSE(may("outsider", right::sign));
  EXPECT_EQ(answers("keeper"), "applied");
  EXPECT_TRUE(may("outsider", right::sign));
  EXPECT_EQ(remove_group("team"), "is_member");
  EXPECT_EQ(remove_group("inner"), "ok");
  EXPECT_FALSE(may("outsider", right::sign));
}

TEST_F(Consent, WhoLeavesAMemberGroupLosesHisRequests) {
  ASSERT_EQ(group("team"), "ok");
  ASSERT_EQ(join("team", "outsider"), "ok");
  ASSERT_EQ(add("keeper", "team", "operator"), "ok");
  const auto asked = ask("outsider", 1);
  ASSERT_TRUE(asked);
  ASSERT_EQ(code(approve("approver", asked->id)), "ok");
  ASSERT_EQ(leave("team", "outsider"), "ok");
  EXPECT_EQ(show(asked->id).state, RequestState::revoked);
  ASSERT_EQ(join("team", "outsider"), "waits");
  ASSERT_EQ(answers("keeper"), "applied");
  EXPECT_NE(code(sign("outsider", operation_id(1))), "ok");
}

TEST_F(Consent, AnotherOwnerOfAMemberMachineIsAMember) {
  make({"robot", AccountKind::machine, {}, {}, "outsider"});
  ASSERT_EQ(add("keeper", "robot", "operator"), "ok");
  EXPECT_EQ(submits("admin", "account.add_owner", {{"account", "robot"}, {"owner", "approver"}}),
            "waits");
  EXPECT_EQ(answers("keeper"), "applied");
}

TEST_F(Consent, AClaimInAMemberGroupIsLookedAt) {
  ASSERT_EQ(group("team"), "ok");
  ASSERT_EQ(add("keeper", "team", "operator"), "ok");
  ASSERT_EQ(submits("admin", "claim.create",
                    {{"provider", "unix"}, {"type", "group"}, {"value", "staff"}}),
            "ok");
  EXPECT_EQ(join("team", "unix:group:staff"), "waits");
  EXPECT_EQ(answers("keeper"), "applied");
  EXPECT_EQ(submits("admin", "claim.delete", {{"claim", "unix:group:staff"}}), "ok");
}

TEST_F(Consent, NothingIsLeftThatNobodyCanComplete) {
  ASSERT_EQ(group("team"), "ok");
  ASSERT_EQ(join("team", "approver"), "ok");
  ASSERT_EQ(join("team", "outsider"), "ok");
  ASSERT_EQ(add("keeper", "team", "auditor"), "ok");
  EXPECT_EQ(set_policy("keeper", policy_of({"group:team"}, 3)), "step_unsatisfiable");
  ASSERT_EQ(set_policy("keeper", policy_of({"group:team"}, 2)), "ok");
  EXPECT_EQ(leave("team", "outsider"), "step_unsatisfiable");
  EXPECT_EQ(disable("admin", "outsider"), "step_unsatisfiable");
  EXPECT_EQ(submits("admin", "account.delete", {{"account", "outsider"}}), "step_unsatisfiable");
  EXPECT_EQ(remove("keeper", "team"), "named_in_policy");
  EXPECT_EQ(state(), SignerState::active);
  ASSERT_EQ(leave("team", "outsider", true), "ok");
  EXPECT_EQ(state(), SignerState::frozen);
  EXPECT_NE(log().back().body.find("group.remove"), std::string::npos);
}

TEST_F(Consent, TheLastAdminStaysWhateverHeComesThrough) {
  ASSERT_EQ(group("chiefs"), "ok");
  ASSERT_EQ(join("chiefs", "outsider"), "ok");
  ASSERT_EQ(add("keeper", "chiefs", "admin"), "ok");
  EXPECT_EQ(remove("keeper", "keeper"), "last_admin");
  EXPECT_EQ(leave("chiefs", "outsider"), "last_admin");
  EXPECT_EQ(remove_group("chiefs"), "is_member");
  EXPECT_EQ(disable("admin", "outsider"), "last_admin");
  EXPECT_EQ(submits("admin", "account.delete", {{"account", "outsider"}}), "last_admin");
  EXPECT_EQ(join("chiefs", "second"), "waits");
  EXPECT_EQ(answers("keeper"), "pending");
  EXPECT_EQ(answers("outsider"), "applied");
  EXPECT_EQ(leave("chiefs", "outsider"), "ok");
}

TEST_F(Consent, AnAdminWhoIsNeededKeepsHisWayIn) {
  const auto claim = [&](const std::string& value, const std::string& account) {
    return submits(
        "admin", "claim.create",
        {{"provider", "unix"}, {"type", "user"}, {"value", value}, {"account", account}});
  };
  const auto end = [&](const std::string& value) {
    return submits("admin", "claim.delete", {{"claim", "unix:user:" + value}});
  };
  ASSERT_EQ(claim("root", "admin"), "ok");
  EXPECT_EQ(end("root"), "last_admin") << "of the product";
  ASSERT_EQ(claim("super", "admin"), "ok");
  EXPECT_EQ(end("root"), "ok");
  ASSERT_EQ(claim("guard", "keeper"), "waits");
  ASSERT_EQ(answers("keeper"), "applied");
  EXPECT_EQ(end("guard"), "last_admin") << "of the signer";
  make_mate_second_admin();
  EXPECT_EQ(end("guard"), "last_admin") << "from now on its changes take two";
  ASSERT_TRUE(in([&](Transaction& transaction) {
    return mint_token(transaction, {*transaction.accounts.find("keeper"), {}}, {});
  }));
  EXPECT_EQ(end("guard"), "ok");
}

// What is held through a claim alone ends with the claim.
TEST_F(Consent, TheClaimStaysThatTheLastAdminsBring) {
  ASSERT_EQ(submits("admin", "claim.create",
                    {{"provider", "unix"}, {"type", "group"}, {"value", "chiefs"}}),
            "ok");
  ASSERT_EQ(group("chiefs"), "ok");
  ASSERT_EQ(join("chiefs", "unix:group:chiefs"), "ok");
  ASSERT_EQ(add("keeper", "chiefs", "admin"), "ok");
  ASSERT_EQ(remove("keeper", "keeper"), "ok");
  EXPECT_EQ(submits("admin", "claim.delete", {{"claim", "unix:group:chiefs"}}), "last_admin");
  EXPECT_EQ(leave("chiefs", "unix:group:chiefs"), "last_admin");
}

TEST_F(Consent, WhoIsNamedLeavesByForceAndWhatNobodyCanCompleteIsFrozen) {
  const auto leave = [&](const std::string& whom, bool force) {
    return submits("keeper", "member.remove",
                   {{"signer", 0}, {"principal", whom}, {"force", force}}, force);
  };
  EXPECT_EQ(leave("second", false), "named_in_policy");
  EXPECT_EQ(leave("second", true), "ok");
  EXPECT_EQ(state(), SignerState::active) << "the approver is left";
  EXPECT_EQ(leave("approver", false), "named_in_policy");
  EXPECT_EQ(leave("approver", true), "ok");
  EXPECT_EQ(state(), SignerState::frozen);
}

TEST_F(Consent, ForcingTakesTheRightToFreeze) {
  ASSERT_EQ(role("people", {"/security/"}), "ok");
  ASSERT_EQ(grant("people", "outsider"), "ok");
  EXPECT_EQ(disable("outsider", "keeper", true), "last_admin");
  EXPECT_EQ(disable("admin", "keeper", true), "ok");
  EXPECT_EQ(state(), SignerState::frozen);
}

TEST_F(Consent, TheProductKeepsItsAdminsToo) {
  EXPECT_EQ(disable("admin", "admin", true), "last_admin");
  EXPECT_EQ(submits("admin", "account.change", {{"account", "mate"}, {"product_role", "admin"}}),
            "ok");
  EXPECT_EQ(disable("admin", "mate"), "last_admin");
  EXPECT_EQ(submits("admin", "account.change", {{"account", "mate"}, {"product_role", "member"}}),
            "last_admin");
  EXPECT_EQ(submits("admin", "account.change", {{"account", "second"}, {"product_role", "admin"}}),
            "waits");
  EXPECT_EQ(answers("keeper"), "not_found");
  EXPECT_EQ(answers("mate"), "applied");
}

TEST_F(Consent, RootMakesNoProductAdmin) {
  make_outsider_root();
  for (const char* const whom : {"outsider", "mate"}) {
    EXPECT_EQ(submits("outsider", "account.change", {{"account", whom}, {"product_role", "admin"}}),
              "waits");
    EXPECT_EQ(answers("outsider"), "own_change");
  }
  EXPECT_EQ(submits("outsider", "claim.create",
                    {{"provider", "unix"}, {"type", "user"}, {"value", "x"}, {"account", "admin"}}),
            "own_gain");
}

TEST_F(Consent, WhoCreatesASignerNamesOthersAsItsAdmins) {
  EXPECT_EQ(submits("admin", "signer.create", new_signer("first", {"mate", "engineer"})), "ok");
  EXPECT_EQ(submits("admin", "signer.create", new_signer("own", {"admin"})), "needs_second_admin");
  ASSERT_EQ(submits("admin", "account.change", {{"account", "second"}, {"product_role", "admin"}}),
            "ok");
  EXPECT_EQ(submits("admin", "signer.create", new_signer("own", {"admin", "mate"})), "waits");
  EXPECT_EQ(answers("second"), "applied");
}

TEST_F(Consent, RootMakesNoSignerForAPuppet) {
  make_outsider_root();
  actor_ = "outsider";
  make({"puppet", {}, {}, {}, {}});
  EXPECT_EQ(submits("outsider", "signer.create", new_signer("own", {"outsider"})), "waits");
  EXPECT_EQ(submits("outsider", "signer.create", new_signer("other", {"puppet"})), "waits");
  EXPECT_EQ(submits("outsider", "signer.create", new_signer("third", {"mate"})), "ok");
}

TEST_F(Consent, WhatWouldDoSomethingElseByNowIsStale) {
  ASSERT_EQ(group("team"), "ok");
  EXPECT_EQ(add("admin", "team", "operator"), "waits");
  ASSERT_EQ(join("team", "outsider"), "ok");
  EXPECT_EQ(answers("keeper"), "stale");
  EXPECT_FALSE(may("outsider", right::sign));
}

TEST_F(Consent, WhoMayNotAskAnyMoreGetsNothing) {
  make_outsider_root();
  EXPECT_EQ(add("outsider", "second", "operator"), "waits");
  ASSERT_EQ(take("root", "outsider"), "ok");
  EXPECT_EQ(answers("keeper"), "stale");
}

TEST_F(Consent, ChangesWaitForAWeek) {
  EXPECT_EQ(add("admin", "outsider", "operator"), "waits");
  clock_.advance(std::chrono::days(7));
  EXPECT_EQ(answers("keeper"), "not_pending");
}

TEST_F(Consent, OnlyThoseWhoSeeTheSignerSeeTheChange) {
  EXPECT_EQ(add("admin", "mate", "admin"), "waits");
  EXPECT_EQ(answers("outsider"), "not_found");
  EXPECT_EQ(answers("mate"), "not_an_approver");
}

TEST_F(Consent, APersonInTwoGroupsCountsOnce) {
  for (const char* const name : {"one", "other"}) {
    ASSERT_EQ(group(name), "ok");
    ASSERT_EQ(join(name, "approver"), "ok");
    ASSERT_EQ(join(name, "second"), "ok");
    ASSERT_EQ(add("keeper", name, "auditor"), "ok");
  }
  ASSERT_EQ(set_policy("keeper", policy_of({"group:one", "group:other", "approver"}, 2)), "ok");
  const auto asked = ask("engineer", 1);
  ASSERT_TRUE(asked);
  EXPECT_EQ(code(approve("approver", asked->id)), "ok");
  EXPECT_EQ(code(approve("approver", asked->id)), "answered_already");
  EXPECT_EQ(show(asked->id).state, RequestState::pending);
  EXPECT_EQ(code(approve("second", asked->id)), "ok");
  EXPECT_EQ(show(asked->id).state, RequestState::active);
}

TEST_F(Consent, NobodyApprovesHisOwnThroughAGroup) {
  ASSERT_EQ(group("team"), "ok");
  ASSERT_EQ(join("team", "engineer"), "ok");
  ASSERT_EQ(join("team", "approver"), "ok");
  ASSERT_EQ(add("keeper", "team", "auditor"), "ok");
  ASSERT_EQ(set_policy("keeper", policy_of({"group:team"}, 1)), "ok");
  const auto asked = ask("engineer", 1);
  ASSERT_TRUE(asked);
  EXPECT_EQ(code(approve("engineer", asked->id)), "own_request");
  EXPECT_EQ(code(approve("second", asked->id)), "not_an_approver");
  EXPECT_EQ(code(approve("approver", asked->id)), "ok");
}

TEST_F(Consent, AClaimThatIsNamedApprovesForWhoeverBringsIt) {
  ASSERT_EQ(submits("admin", "claim.create",
                    {{"provider", "unix"}, {"type", "group"}, {"value", "staff"}}),
            "ok");
  ASSERT_EQ(add("keeper", "unix:group:staff", "auditor"), "ok");
  ASSERT_EQ(set_policy("keeper", policy_of({"unix:group:staff"}, 2)), "ok");
  const auto asked = ask("engineer", 1);
  ASSERT_TRUE(asked);
  EXPECT_EQ(approvals("outsider", asked->id, {"", {"users"}}), 0);
  EXPECT_EQ(approvals("outsider", asked->id, {"", {"staff"}}), 1);
  EXPECT_EQ(approvals("outsider", asked->id, {"", {"staff"}}), 0);
  EXPECT_EQ(approvals("engineer", asked->id, {"", {"staff"}}), 0);
  EXPECT_EQ(approvals("mate", asked->id, {"", {"staff"}}), 2);
}

}  // namespace
}  // namespace countersign::test
