// Roles from other systems: what the store makes of them, and whom they are given to.
#include "policy/role_import.h"

#include "tests/policy/role_world.h"

namespace countersign {
namespace {

using test::code;

class RoleImports : public test::RoleWorld {
 protected:
  RoleImports() {
    // Nobody's enrolment code is out but that of "dana", which runs out too.
    does([](auto& transaction, auto& caller) {
      return create_account(transaction, caller, {"dana", {}, {}, "dana", {}});
    });
    does([](auto& transaction, auto& caller) {
      return create_account(transaction, caller, {"bot", AccountKind::machine, {}, "bot", "admin"});
    });
    clock_.advance(std::chrono::hours(25));
  }

  Result<RoleImport> import(const ExchangedRole& exchanged) {
    const Caller caller = as(actor_);
    return in(
        [&](Transaction& transaction) { return import_role(transaction, caller, exchanged); });
  }

  static std::string outcome(const ImportedClaim& claim) {
    return claim.holder ? *claim.holder : claim.holder.error().code;
  }
};

TEST_F(RoleImports, TakeWhatCanBeTaken) {
  const auto made = import({"readers", "", {}, {"Auditing: Read", "/signers/sign/1/"}, {}, {}});
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_EQ(made->role.permission_set, global_set);
  ASSERT_EQ(made->role.strings.size(), 1U);
  EXPECT_EQ(made->role.strings.front().text(), "/auditing/read/");
  EXPECT_EQ(made->permissions.at(1).refusal->code, "by_membership");
}

TEST_F(RoleImports, ConnectClaimsToWhomTheyBelong) {
  const auto made = import({"readers",
                            "",
                            {},
                            {"/auditing/read/"},
                            {{"user", "dana", "unix"},
                             {"user", "nobody", "unix"},
                             {"user", "dana", "Active Directory"},
                             {"shoe size", "dana", "unix"},
                             {"user", "bot", ""}},
                            {}});
  ASSERT_TRUE(made) << made.error().text();
  ASSERT_EQ(made->claims.size(), 5U);
  EXPECT_EQ(outcome(made->claims[0]), "unix:user:dana");
  EXPECT_EQ(outcome(made->claims[1]), "no_such_claim");
  EXPECT_EQ(outcome(made->claims[2]), "no_such_provider");
  EXPECT_EQ(outcome(made->claims[3]), "bad_claim");
  const Caller dana =
      in([&](Transaction& transaction) -> Result<Caller> {
        return Caller{
            *transaction.accounts.find("dana"), {}, transaction.claims.brought_by({"dana", {}})};
      }).value();
  EXPECT_TRUE(*in([&](Transaction& transaction) -> Result<bool> {
    return countersign::may(transaction, dana, "/auditing/read/");
  }));
}

TEST_F(RoleImports, GiveNothingToTheOneWhoImports) {
  ASSERT_EQ(role("keepers-of-roles", {"/security/"}), "ok");
  ASSERT_EQ(grant("keepers-of-roles", "dana"), "ok");
  actor_ = "dana";
  const auto made = import({"all", "", {}, {"/"}, {{"user", "dana", "unix"}}, {}});
  ASSERT_TRUE(made) << made.error().text();
  // He does not bring the claim now, and could the next time.
  EXPECT_EQ(outcome(made->claims.front()), "own_gain");
  EXPECT_FALSE(answer("dana", "/auditing/read/").allowed);
  EXPECT_EQ(log().back().kind, record_kind::denied);
}

TEST_F(RoleImports, NeedTheRightToMakeRoles) {
  actor_ = "outsider";
  EXPECT_EQ(code(import({"readers", "", {}, {"/auditing/read/"}, {}, {}})), "needs_global_role");
}

TEST_F(RoleImports, AreRefusedWholeWhereTheRoleCannotBe) {
  EXPECT_EQ(code(import({"Power Users", "", {}, {}, {}, {}})), "bad_name");
  EXPECT_EQ(code(import({"readers", "", "f0e1", {}, {}, {}})), "no_such_set");
  ASSERT_EQ(role("readers", {"/auditing/"}), "ok");
  EXPECT_EQ(code(import({"readers", "", {}, {}, {}, {}})), "name_taken");
}

}  // namespace
}  // namespace countersign
