// Identity providers and claims: whose they are, what they give, and who says so.
#include "policy/claims.h"

#include "policy/providers.h"
#include "tests/policy/role_world.h"

namespace countersign::test {
namespace {

class Claims : public RoleWorld {
 protected:
  std::string provider(const std::string& scheme, const std::string& name) {
    return does([&](auto& transaction, auto& caller) {
      return create_provider(transaction, caller, {0, ProviderKind::oidc, scheme, name});
    });
  }
  std::string remove_provider(const std::string& scheme) {
    return does([&](auto& transaction, auto& caller) {
      return delete_provider(transaction, caller, scheme);
    });
  }
  std::string claim(ClaimType type, const std::string& value,
                    const std::optional<std::string>& account = {},
                    const std::string& scheme = "unix") {
    nlohmann::json wish{{"provider", scheme}, {"type", to_text(type)}, {"value", value}};
    if (account) wish["account"] = *account;
    return submits(actor_, "claim.create", wish);
  }
  std::string give(const std::string& text, const std::string& account) {
    return submits(actor_, "claim.change", {{"claim", text}, {"account", account}});
  }
  std::string remove_claim(const std::string& text) {
    return submits(actor_, "claim.delete", {{"claim", text}});
  }
  std::string remove_account(const std::string& name) {
    return submits(actor_, "account.delete", {{"account", name}});
  }
  std::string enrol_anew(const std::string& name) {
    return does([&](auto& transaction, auto& caller) {
      return countersign::enrol_anew(transaction, caller, name);
    });
  }
  std::string own(const std::string& machine, const std::string& owner) {
    return submits(actor_, "account.add_owner", {{"account", machine}, {"owner", owner}});
  }
  std::string disown(const std::string& machine, const std::string& owner) {
    return submits(actor_, "account.remove_owner", {{"account", machine}, {"owner", owner}});
  }
  std::string account(const NewAccount& wish) {
    return does(
        [&](auto& transaction, auto& caller) { return create_account(transaction, caller, wish); });
  }
  /// What the kernel's word gives, as when somebody calls.
  bool may_with(const std::string& who, const UnixIdentity& identity, std::string_view right) {
    Caller caller = as(who);
    return *in([&](Transaction& transaction) -> Result<bool> {
      caller.claims = transaction.claims.brought_by(identity);
      return countersign::may(transaction, caller, right, &signer(transaction));
    });
  }
  std::string login(const std::string& name) {
    return *in([&](Transaction& transaction) -> Result<std::string> {
      const auto found = transaction.accounts.find_unix_user(name);
      return found ? found->name : "nobody";
    });
  }
};

TEST_F(Claims, ProvidersHaveUniqueSchemesAndNames) {
  ASSERT_EQ(provider("corp", "Company login"), "ok");
  EXPECT_EQ(provider("corp", "Another"), "scheme_taken");
  EXPECT_EQ(provider("other", "COMPANY login"), "name_taken");
  EXPECT_EQ(provider("Corp", "Third"), "bad_scheme");
  EXPECT_EQ(provider("", "Third"), "bad_scheme");
  EXPECT_EQ(remove_provider("unix"), "built_in");
  EXPECT_EQ(remove_provider("token"), "built_in");
  EXPECT_EQ(remove_provider("corp"), "ok");
  EXPECT_EQ(remove_provider("corp"), "not_found");
}

TEST_F(Claims, AProviderWithClaimsStays) {
  ASSERT_EQ(provider("corp", "Company login"), "ok");
  ASSERT_EQ(claim(ClaimType::oauth_role, "signers", {}, "corp"), "ok");
  ASSERT_EQ(remove_claim("corp:oauth_role:signers"), "ok");
  EXPECT_EQ(remove_provider("corp"), "provider_in_use");
  EXPECT_EQ(claim(ClaimType::user, "ann", {}, "none"), "no_such_provider");
}

TEST_F(Claims, OneAccountAtMostOwnsOneAndKeepsIt) {
  ASSERT_EQ(claim(ClaimType::user, "ann", "outsider"), "ok");
  EXPECT_EQ(login("ann"), "outsider");
  EXPECT_EQ(claim(ClaimType::user, "ann", "mate"), "claim_taken");
  ASSERT_EQ(account({"other", {}, {}, {}, {}}), "ok");
  EXPECT_EQ(give("unix:user:ann", "other"), "claim_taken");
  ASSERT_EQ(remove_claim("unix:user:ann"), "ok");
  EXPECT_EQ(login("ann"), "nobody");
  EXPECT_EQ(claim(ClaimType::user, "ann", "other"), "claim_taken");
  EXPECT_EQ(claim(ClaimType::user, "ann"), "claim_taken");
  EXPECT_EQ(claim(ClaimType::user, "ann", "outsider"), "ok");
  EXPECT_EQ(login("ann"), "outsider");
  ASSERT_EQ(remove_account("outsider"), "ok");
  EXPECT_EQ(login("ann"), "nobody");
  EXPECT_EQ(claim(ClaimType::user, "ann", "other"), "ok");
}

TEST_F(Claims, WhatManyBringIsNobodys) {
  EXPECT_EQ(claim(ClaimType::group, "staff", "outsider"), "bad_claim");
  EXPECT_EQ(claim(ClaimType::group, "a b"), "bad_claim");
  EXPECT_EQ(claim(ClaimType::user, ""), "bad_claim");
  EXPECT_EQ(claim(ClaimType::user, "ann", "nobody"), "not_found");
}

TEST_F(Claims, AUnixGroupGivesWhatItHolds) {
  ASSERT_EQ(claim(ClaimType::group, "staff"), "ok");
  ASSERT_EQ(group("team"), "ok");
  ASSERT_EQ(join("team", "unix:group:staff"), "ok");
  ASSERT_EQ(role("log-reader", {"/auditing/read/"}), "ok");
  ASSERT_EQ(grant("log-reader", "team"), "ok");
  EXPECT_TRUE(may_with("outsider", {"", {"users", "staff"}}, "/auditing/read/"));
  EXPECT_FALSE(may_with("outsider", {"", {"users"}}, "/auditing/read/"));
  EXPECT_FALSE(may_with("outsider", {"staff", {}}, "/auditing/read/"));
  ASSERT_EQ(remove_claim("unix:group:staff"), "ok");
  EXPECT_FALSE(may_with("outsider", {"", {"users", "staff"}}, "/auditing/read/"));
  ASSERT_EQ(claim(ClaimType::group, "staff"), "ok");
  EXPECT_FALSE(may_with("outsider", {"", {"users", "staff"}}, "/auditing/read/"));
}

TEST_F(Claims, GroupsHoldClaimsOfTypeGroupOnly) {
  ASSERT_EQ(claim(ClaimType::user, "ann"), "ok");
  ASSERT_EQ(group("team"), "ok");
  EXPECT_EQ(join("team", "unix:user:ann"), "not_a_group_claim");
  EXPECT_EQ(join("team", "unix:group:staff"), "not_found");
}

TEST_F(Claims, MakingThemTakesARoleInTheGlobalSet) {
  ASSERT_EQ(set("narrow", {"/security/"}), "ok");
  ASSERT_EQ(role("narrow-security", {"/security/"}, "narrow"), "ok");
  ASSERT_EQ(grant("narrow-security", "mate"), "ok");
  ASSERT_EQ(claim(ClaimType::user, "ann"), "ok");
  actor_ = "mate";
  EXPECT_EQ(claim(ClaimType::group, "staff"), "needs_global_role");
  EXPECT_EQ(give("unix:user:ann", "mate"), "needs_global_role");
  EXPECT_EQ(remove_claim("unix:user:ann"), "needs_global_role");
  EXPECT_EQ(account({"ann", {}, {}, "ann", {}}), "needs_global_role");
  EXPECT_EQ(own("robot", "mate"), "needs_global_role");
  EXPECT_EQ(enrol_anew("outsider"), "needs_global_role");
}

// Who brings a claim acts as its account: that is for the signer's admins to say.
TEST_F(Claims, NobodyActsAsAMemberByANewIdentity) {
  ASSERT_EQ(claim(ClaimType::user, "ann"), "ok");
  EXPECT_EQ(give("unix:user:ann", "engineer"), "waits");
  EXPECT_EQ(login("ann"), "nobody");
  EXPECT_EQ(answers("keeper"), "applied");
  EXPECT_EQ(login("ann"), "engineer");
  EXPECT_EQ(claim(ClaimType::user, "bob", "engineer"), "waits");
  EXPECT_EQ(answers("keeper", false), "rejected");
  EXPECT_EQ(login("bob"), "nobody");
  EXPECT_EQ(enrol_anew("engineer"), "is_member");
}

TEST_F(Claims, NorTakesStringsByOne) {
  ASSERT_EQ(role("root", {"/"}), "ok");
  ASSERT_EQ(role("security", {"/security/"}), "ok");
  ASSERT_EQ(grant("root", "outsider"), "ok");
  ASSERT_EQ(grant("security", "mate"), "ok");
  actor_ = "mate";
  EXPECT_EQ(claim(ClaimType::user, "ann", "outsider"), "own_gain");
  EXPECT_EQ(claim(ClaimType::user, "ann", "admin"), "own_gain");
  EXPECT_EQ(enrol_anew("outsider"), "not_enrolled");
  EXPECT_EQ(enrol_anew("admin"), "is_admin");
  ASSERT_EQ(claim(ClaimType::group, "staff"), "ok");
  EXPECT_EQ(grant("root", "unix:group:staff"), "own_gain");
  ASSERT_EQ(account({"puppet", {}, {}, "puppet", {}}), "ok");
  clock_.advance(std::chrono::hours(25));
  EXPECT_EQ(grant("root", "puppet"), "own_gain");
  EXPECT_EQ(grant("security", "puppet"), "own_gain");
}

TEST_F(Claims, WhoLostHisTokensGetsAnotherCode) {
  const Caller outsider = as("outsider");
  const auto minted =
      in([&](Transaction& transaction) { return mint_token(transaction, outsider, {}); });
  ASSERT_TRUE(minted);
  ASSERT_EQ(enrol_anew("outsider"), "ok");
  EXPECT_EQ(code(in([&](Transaction& transaction) {
              return sign_in(transaction, minted->secret.view());
            })),
            "bad_token");
  ASSERT_EQ(role("certificates", {"/certificates/"}), "ok");
  EXPECT_EQ(grant("certificates", "outsider"), "not_enrolled");
}

TEST_F(Claims, AMachineHasOwnersWhoArePeople) {
  ASSERT_EQ(account({"robot", AccountKind::machine, {}, {}, "mate"}), "ok");
  EXPECT_EQ(own("robot", "robot"), "bad_owner");
  EXPECT_EQ(own("mate", "engineer"), "not_a_machine");
  EXPECT_EQ(disown("robot", "mate"), "last_owner");
  EXPECT_EQ(remove_account("mate"), "last_owner");
  ASSERT_EQ(own("robot", "outsider"), "ok");
  EXPECT_EQ(own("robot", "outsider"), "is_owner");
  ASSERT_EQ(disown("robot", "mate"), "ok");
  EXPECT_EQ(disown("robot", "mate"), "not_found");
  EXPECT_EQ(remove_account("mate"), "ok");
}

// Whoever answered for a machine once does not answer its requests.
TEST_F(Claims, AFormerOwnerApprovesNothingOfTheMachine) {
  ASSERT_EQ(account({"robot", AccountKind::machine, {}, {}, "approver"}), "ok");
  ASSERT_EQ(own("robot", "outsider"), "ok");
  ASSERT_TRUE(store_->run([&](Transaction& transaction) -> Status {
    transaction.members.set(signer(transaction).id, transaction.accounts.find("robot")->id,
                            LayeredRole::signer_operator);
    return {};
  }));
  const auto asked = ask("robot", 1);
  ASSERT_TRUE(asked);
  EXPECT_EQ(code(approve("approver", asked->id)), "own_request");
  ASSERT_EQ(disown("robot", "approver"), "ok");
  EXPECT_EQ(code(approve("approver", asked->id)), "own_request");
  EXPECT_EQ(code(approve("second", asked->id)), "ok");
}

TEST_F(Claims, ADeletedAccountIsGoneForGood) {
  const RequestId id = ask("engineer", 3)->id;
  ASSERT_EQ(code(approve("approver", id)), "ok");
  ASSERT_EQ(role("log-reader", {"/auditing/read/"}), "ok");
  ASSERT_EQ(grant("log-reader", "engineer"), "ok");
  const Caller engineer = as("engineer");
  ASSERT_EQ(remove_account("engineer"), "ok");
  EXPECT_EQ(show(id).state, RequestState::revoked);
  EXPECT_EQ(remove_account("engineer"), "not_found");
  EXPECT_EQ(account({"engineer", {}, {}, {}, {}}), "name_taken");
  EXPECT_TRUE(in([&](Transaction& transaction) -> Result<bool> {
    const auto gone = transaction.accounts.find(engineer.account.id);
    return gone->state == AccountState::deleted && transaction.rights.strings_of(*gone).empty() &&
           transaction.members.of_principal(gone->id).empty();
  }));
  EXPECT_EQ(remove_account("keeper"), "last_admin");
  EXPECT_EQ(remove_account("admin"), "last_admin");
  EXPECT_EQ(remove_account("approver"), "ok");
  EXPECT_EQ(remove_account("second"), "step_unsatisfiable");
}

}  // namespace
}  // namespace countersign::test
