// Applications: who sees what is in them, who changes them, and who never gains by it.
#include "policy/applications.h"

#include "policy/signers.h"
#include "tests/policy/role_world.h"

namespace countersign::test {
namespace {

constexpr LayeredRole admin = LayeredRole::application_admin;
constexpr LayeredRole operating = LayeredRole::application_operator;
constexpr LayeredRole auditor = LayeredRole::application_auditor;

/// The application "web" of the engineer, made by the product admin. It does not hold the world's
/// signer yet. What is done is done as `actor_`.
class Applications : public RoleWorld {
 protected:
  Applications() { EXPECT_EQ(create("web", "engineer"), "ok"); }

  std::string create(const std::string& name, const std::string& first) {
    return does([&](auto& transaction, auto& caller) {
      return create_application(transaction, caller, {name, "", first});
    });
  }
  /// Does `work` with "web" when the operation is allowed; answers the code.
  template <class Function>
  std::string on_web(const char* name, Function work) {
    return does([&](Transaction& transaction, const Caller& caller) -> Status {
      const auto web = visible_application(transaction, caller, "web");
      if (!web) return fail(web.error());
      if (auto allowed = authorise(transaction, caller, operation(name), on_application(web->id));
          !allowed)
        return allowed;
      return work(transaction, caller, *web);
    });
  }
  bool sees_web() { return read() == "ok"; }
  std::string member(const std::string& whom, LayeredRole role) {
    if (!sees_web()) return "not_found";
    return submits(actor_, "application.add_member",
                   {{"application", 1}, {"principal", whom}, {"role", to_text(role)}});
  }
  std::string remove(const std::string& whom) {
    if (!sees_web()) return "not_found";
    return submits(actor_, "application.remove_member", {{"application", 1}, {"principal", whom}});
  }
  std::string put_in(const std::string& which = "release") {
    return on_web("application.add_signer", [&](auto& transaction, auto& caller, auto& web) {
      return add_signer(transaction, caller, web, which);
    });
  }
  std::string take_out(const std::string& which = "release") {
    return on_web("application.remove_signer", [&](auto& transaction, auto& caller, auto& web) {
      return remove_signer(transaction, caller, web, which);
    });
  }
  std::string read() {
    return on_web("application.show", [](auto&, auto&, auto&) { return Status(); });
  }
  std::string describe() {
    return on_web("application.change", [](auto& transaction, auto& caller, auto& web) -> Status {
      const auto described = describe_application(transaction, caller, web, "the shop");
      return described ? Status() : fail(described.error());
    });
  }
  std::string erase() {
    return on_web("application.delete", [](auto& transaction, auto& caller, auto& web) {
      return delete_application(transaction, caller, web);
    });
  }

  /// The keeper, who is the signer's admin, as admin of the application too.
  void share() {
    actor_ = "engineer";
    ASSERT_EQ(member("keeper", admin), "ok");
    actor_ = "keeper";
    ASSERT_EQ(put_in(), "ok");
  }
  std::string sees_signer(const std::string& who) {
    const Caller caller = as(who);
    return code(in([&](Transaction& transaction) -> Result<SignerId> {
      const auto found = visible_signer(transaction, caller, "release");
      if (!found) return fail(found.error());
      return (*found)->id;
    }));
  }
};

TEST_F(Applications, BelongToAnotherThanTheirMaker) {
  EXPECT_EQ(create("shop", "admin"), "own_gain");
  EXPECT_EQ(create("shop", "nobody"), "bad_admin");
  EXPECT_EQ(create("WEB", "engineer"), "name_taken");
  EXPECT_EQ(create("the shop", "engineer"), "bad_name");
}

// The matrix, cell by cell, with the operations there are. Issuing certificates and setting how
// they are asked for have no operation yet; the rights are in LayeredRoles and AccessMatrix.
TEST_F(Applications, EachRoleDoesWhatItsColumnSays) {
  share();
  ASSERT_EQ(member("outsider", operating), "ok");
  ASSERT_EQ(member("second", auditor), "ok");
  struct Row {
    const char* who;
    const char* sees;
    const char* describes;
    const char* changes_members;
  };
  for (const Row& row :
       {Row{"engineer", "ok", "ok", "ok"}, Row{"outsider", "ok", "not_allowed", "not_allowed"},
        Row{"second", "ok", "not_allowed", "not_allowed"},
        Row{"mate", "not_found", "not_found", "not_found"},
        Row{"admin", "ok", "not_allowed", "waits"}}) {
    actor_ = row.who;
    EXPECT_EQ(read(), row.sees) << row.who;
    EXPECT_EQ(describe(), row.describes) << row.who;
    EXPECT_EQ(member("approver", auditor), row.changes_members) << row.who;
    if (std::string(row.changes_members) == "ok") {
      EXPECT_EQ(remove("approver"), "ok");
    }
  }
  for (const char* const who : {"engineer", "outsider", "second"}) {
    EXPECT_TRUE(may(who, right::export_certificate)) << who;
    EXPECT_TRUE(may(who, right::see_signer)) << who;
  }
  for (const char* const right :
       {"/signers/sign/#/", "/signers/approve/#/", "/signers/freeze/#/", "/signers/loosen/#/"})
    EXPECT_FALSE(may("outsider", right)) << right;
}

TEST_F(Applications, ShowTheirSignersToTheirMembersOnly) {
  EXPECT_EQ(sees_signer("outsider"), "not_found");
  actor_ = "engineer";
  ASSERT_EQ(member("outsider", auditor), "ok");
  EXPECT_EQ(sees_signer("outsider"), "not_found");
  share();
  EXPECT_EQ(sees_signer("outsider"), "ok");
  EXPECT_EQ(put_in(), "in_application");
  actor_ = "engineer";
  EXPECT_EQ(erase(), "application_not_empty");
  ASSERT_EQ(take_out(), "ok");
  EXPECT_EQ(sees_signer("outsider"), "not_found");
  EXPECT_EQ(take_out(), "not_found");
  EXPECT_EQ(erase(), "ok");
  EXPECT_EQ(read(), "not_found");
}

TEST_F(Applications, TakeASignerOnlyFromItsOwnAdmin) {
  actor_ = "engineer";
  EXPECT_EQ(put_in(), "not_allowed");  // sees it, as an operator
  EXPECT_EQ(put_in("unknown"), "not_found");
  actor_ = "keeper";
  EXPECT_EQ(put_in(), "not_found");  // is no member of the application
}

TEST_F(Applications, AGroupGivesItsMembersTheRole) {
  share();
  actor_ = "admin";
  ASSERT_EQ(group("readers"), "ok");
  actor_ = "engineer";
  ASSERT_EQ(member("readers", auditor), "ok");
  EXPECT_EQ(sees_signer("outsider"), "not_found");
  actor_ = "admin";
  ASSERT_EQ(join("readers", "outsider"), "ok");
  EXPECT_EQ(sees_signer("outsider"), "ok");
  ASSERT_EQ(leave("readers", "outsider"), "ok");
  EXPECT_EQ(sees_signer("outsider"), "not_found");
  ASSERT_EQ(join("readers", "outsider"), "ok");
  ASSERT_EQ(remove_group("readers"), "ok");
  EXPECT_EQ(sees_signer("outsider"), "not_found");
}

// What gives the actor, or what he controls, a role on an application.
TEST_F(Applications, NobodyGivesHimselfARole) {
  actor_ = "admin";
  ASSERT_EQ(group("readers"), "ok");
  ASSERT_EQ(does([](auto& transaction, auto& caller) {
              return create_account(transaction, caller,
                                    {"robot", AccountKind::machine, {}, {}, "engineer"});
            }),
            "ok");
  actor_ = "engineer";
  EXPECT_EQ(member("robot", auditor), "own_gain");
  ASSERT_EQ(member("readers", admin), "ok");
  actor_ = "admin";
  EXPECT_EQ(join("readers", "admin"), "own_gain");
  EXPECT_EQ(member("admin", auditor), "own_gain");
  ASSERT_EQ(does([](auto& transaction, auto& caller) {
              return create_account(transaction, caller, {"second-me", {}, {}, {}, {}});
            }),
            "ok");
  EXPECT_EQ(create("shop", "second-me"), "not_enrolled");
  EXPECT_EQ(join("readers", "second-me"), "not_enrolled");
}

// Product admins and roles with strings propose; an admin of the application decides.
TEST_F(Applications, GetMembersWhoAreProposedByConsentOfAnAdmin) {
  ASSERT_EQ(role("root", {"/"}), "ok");
  ASSERT_EQ(grant("root", "second"), "ok");
  ASSERT_EQ(role("other", {"/applications/read/", "/applications/members/propose/2/"}), "ok");
  ASSERT_EQ(grant("other", "approver"), "ok");
  ASSERT_EQ(create("shop", "mate"), "ok");
  const auto role_of = [&](const std::string& who) {
    const AccountId id = as(who).account.id;
    return *in([&](Transaction& transaction) -> Result<std::optional<LayeredRole>> {
      return transaction.applications.role(1, id);
    });
  };

  actor_ = "approver";
  EXPECT_EQ(member("outsider", auditor), "not_allowed") << "his string is for another";
  actor_ = "second";
  EXPECT_EQ(member("outsider", operating), "waits");
  EXPECT_EQ(asked(), "engineer");
  EXPECT_EQ(answers("outsider"), "not_found");
  EXPECT_EQ(answers("second"), "own_change");
  EXPECT_EQ(answers("admin"), "not_an_approver");
  EXPECT_EQ(answers("mate"), "not_found") << "an admin, but of another";
  EXPECT_EQ(role_of("outsider"), std::nullopt);
  EXPECT_EQ(answers("engineer"), "applied");
  EXPECT_EQ(role_of("outsider"), operating);
  EXPECT_EQ(member("second", auditor), "own_gain");

  EXPECT_EQ(remove("outsider"), "waits");
  EXPECT_EQ(answers("engineer", false), "rejected");
  EXPECT_EQ(role_of("outsider"), operating);
  EXPECT_EQ(remove("engineer"), "last_admin");

  actor_ = "admin";
  EXPECT_EQ(member("outsider", auditor), "waits");
  actor_ = "engineer";
  EXPECT_EQ(remove("outsider"), "ok");
  EXPECT_EQ(member("outsider", auditor), "ok");
  EXPECT_EQ(answers("engineer"), "stale") << "he is that already";
  actor_ = "admin";
  EXPECT_EQ(remove("outsider"), "waits");
  actor_ = "engineer";
  EXPECT_EQ(erase(), "ok");
  EXPECT_EQ(answers("engineer"), "not_found") << "the application is no more";
}

TEST_F(Applications, KeepAnAdmin) {
  actor_ = "engineer";
  EXPECT_EQ(remove("engineer"), "last_admin");
  EXPECT_EQ(member("engineer", auditor), "last_admin");
  actor_ = "admin";
  ASSERT_EQ(group("admins"), "ok");
  ASSERT_EQ(join("admins", "mate"), "ok");
  actor_ = "engineer";
  ASSERT_EQ(member("admins", admin), "ok");
  EXPECT_EQ(remove("engineer"), "last_admin");  // a group may be empty tomorrow
  actor_ = "admin";
  EXPECT_EQ(does([](auto& transaction, auto& caller) {
              return disable_account(transaction, caller, "engineer", "left");
            }),
            "last_admin");
  actor_ = "engineer";
  ASSERT_EQ(member("mate", admin), "ok");
  EXPECT_EQ(member("mate", admin), "is_member");
  EXPECT_EQ(remove("engineer"), "ok");
}

TEST_F(Applications, AreListedByRoleStringAndMembership) {
  const auto listed = [&](const std::string& who) {
    const Caller caller = as(who);
    return in([&](Transaction& transaction) -> Result<std::size_t> {
             return visible_applications(transaction, caller).size();
           })
        .value();
  };
  ASSERT_EQ(create("shop", "mate"), "ok");
  EXPECT_EQ(listed("admin"), 2U);
  EXPECT_EQ(listed("engineer"), 1U);
  EXPECT_EQ(listed("outsider"), 0U);
  ASSERT_EQ(role("web-reader", {"/applications/read/1/"}), "ok");
  ASSERT_EQ(grant("web-reader", "outsider"), "ok");
  EXPECT_EQ(listed("outsider"), 1U);
}

}  // namespace
}  // namespace countersign::test
