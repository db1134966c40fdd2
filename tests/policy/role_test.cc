// Roles, permission sets and groups: what they give, and what is refused.
#include "policy/roles.h"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "policy/access.h"
#include "policy/groups.h"
#include "tests/policy/role_world.h"

namespace countersign::test {
namespace {

using Roles = RoleWorld;

TEST_F(Roles, GiveTheirStringsAndNothingElse) {
  EXPECT_FALSE(may("outsider", "/auditing/read/"));
  ASSERT_EQ(role("log-reader", {"/auditing/read/"}), "ok");
  EXPECT_FALSE(may("outsider", "/auditing/read/"));
  ASSERT_EQ(grant("log-reader", "outsider"), "ok");
  EXPECT_TRUE(may("outsider", "/auditing/read/"));
  EXPECT_FALSE(may("outsider", "/security/read/"));
  EXPECT_EQ(grant("log-reader", "outsider"), "holds_role");
  ASSERT_EQ(take("log-reader", "outsider"), "ok");
  EXPECT_FALSE(may("outsider", "/auditing/read/"));
  EXPECT_EQ(take("log-reader", "outsider"), "not_found");
}

TEST_F(Roles, AStringForOneSignerReachesThatOneOnly) {
  ASSERT_EQ(role("viewer", {"/signers/read/1/"}), "ok");
  ASSERT_EQ(grant("viewer", "outsider"), "ok");
  EXPECT_TRUE(may("outsider", right::see_signer));
  EXPECT_FALSE(may("outsider", right::see_all_signers));
  ASSERT_EQ(change("viewer", {"/signers/read/11/"}), "ok");
  EXPECT_FALSE(may("outsider", right::see_signer));
}

TEST_F(Roles, ChangingReplacesEveryString) {
  ASSERT_EQ(role("log-reader", {"/auditing/read/"}), "ok");
  ASSERT_EQ(grant("log-reader", "outsider"), "ok");
  ASSERT_EQ(change("log-reader", {"/security/read/"}), "ok");
  EXPECT_FALSE(may("outsider", "/auditing/read/"));
  EXPECT_TRUE(may("outsider", "/security/read/"));
  ASSERT_EQ(remove_role("log-reader"), "ok");
  EXPECT_FALSE(may("outsider", "/security/read/"));
  EXPECT_EQ(remove_role("log-reader"), "not_found");
}

TEST_F(Roles, RefuseWhatTheyMayNotHold) {
  EXPECT_EQ(role("a", {"/signers/sign/1/"}), "by_membership");
  EXPECT_EQ(role("a", {"/auditing/", "/auditing/read/"}), "covered_permission");
  EXPECT_EQ(role("a", {"/auditing"}), "bad_permission");
  EXPECT_EQ(role("a", {"/auditing/"}, "none"), "no_such_set");
  EXPECT_EQ(role("1", {"/auditing/"}), "bad_name");
  ASSERT_EQ(role("a", {"/auditing/"}), "ok");
  EXPECT_EQ(role("A", {"/auditing/"}), "name_taken");
  EXPECT_EQ(grant("a", "nobody"), "not_found");
  EXPECT_EQ(grant("b", "outsider"), "not_found");
}

TEST_F(Roles, SetsCapTheirRoles) {
  ASSERT_EQ(set("watching", {"/auditing/", "/signers/read/"}), "ok");
  EXPECT_EQ(role("a", {"/security/read/"}, "watching"), "outside_permission_set");
  ASSERT_EQ(role("a", {"/auditing/read/"}, "watching"), "ok");
  EXPECT_EQ(change_set("watching", {"/signers/read/"}), "role_outside_set");
  EXPECT_EQ(change_set("watching", {"/auditing/"}), "ok");
  EXPECT_EQ(remove_set("watching"), "set_in_use");
  ASSERT_EQ(remove_role("a"), "ok");
  EXPECT_EQ(remove_set("watching"), "ok");
}

TEST_F(Roles, TheGlobalSetStays) {
  EXPECT_EQ(change_set("Global", {"/auditing/"}), "global_set");
  EXPECT_EQ(remove_set("global"), "global_set");
  EXPECT_EQ(set("GLOBAL", {"/auditing/"}), "name_taken");
}

TEST_F(Roles, OnlyARoleInTheGlobalSetChangesRolesSetsAndGroups) {
  ASSERT_EQ(set("narrow", {"/security/"}), "ok");
  ASSERT_EQ(role("narrow-security", {"/security/"}, "narrow"), "ok");
  ASSERT_EQ(grant("narrow-security", "mate"), "ok");
  EXPECT_TRUE(may("mate", "/security/modify/"));
  actor_ = "mate";
  EXPECT_EQ(role("a", {"/auditing/"}), "needs_global_role");
  EXPECT_EQ(change("narrow-security", {"/security/read/"}), "needs_global_role");
  EXPECT_EQ(remove_role("narrow-security"), "needs_global_role");
  EXPECT_EQ(grant("narrow-security", "outsider"), "needs_global_role");
  EXPECT_EQ(take("narrow-security", "mate"), "needs_global_role");
  EXPECT_EQ(set("a", {"/auditing/"}), "needs_global_role");
  EXPECT_EQ(change_set("narrow", {"/"}), "needs_global_role");
  EXPECT_EQ(remove_set("narrow"), "needs_global_role");
  EXPECT_EQ(group("a"), "needs_global_role");
}

TEST_F(Roles, GroupsInGroupsGiveWhatTheyHold) {
  ASSERT_EQ(group("inner"), "ok");
  ASSERT_EQ(group("outer"), "ok");
  ASSERT_EQ(join("outer", "inner"), "ok");
  ASSERT_EQ(join("inner", "outsider"), "ok");
  ASSERT_EQ(role("log-reader", {"/auditing/read/"}), "ok");
  ASSERT_EQ(grant("log-reader", "outer"), "ok");
  EXPECT_TRUE(may("outsider", "/auditing/read/"));
  EXPECT_FALSE(may("mate", "/auditing/read/"));
  const auto decision = answer("outsider", "/auditing/read/");
  EXPECT_EQ(decision.reason,
            "group outer, role log-reader, permission set Global (/), string /auditing/read/");
  ASSERT_EQ(leave("outer", "inner"), "ok");
  EXPECT_FALSE(may("outsider", "/auditing/read/"));
  EXPECT_EQ(leave("outer", "inner"), "not_found");
}

TEST_F(Roles, GroupsNeverStandWithinThemselves) {
  for (const char* const name : {"a", "b", "c"}) ASSERT_EQ(group(name), "ok");
  EXPECT_EQ(join("a", "a"), "cycle");
  ASSERT_EQ(join("a", "b"), "ok");
  ASSERT_EQ(join("b", "c"), "ok");
  EXPECT_EQ(join("c", "a"), "cycle");
  EXPECT_EQ(join("b", "a"), "cycle");
  EXPECT_EQ(join("a", "b"), "in_group");
  EXPECT_EQ(join("a", "c"), "ok");
}

TEST_F(Roles, AccountsAndGroupsShareTheirNames) {
  EXPECT_EQ(group("Engineer"), "name_taken");
  ASSERT_EQ(group("team"), "ok");
  const Caller admin = as("admin");
  EXPECT_EQ(code(in([&](Transaction& transaction) {
              return create_account(transaction, admin, {"Team", {}, {}, {}, {}});
            })),
            "name_taken");
  EXPECT_TRUE(in([&](Transaction& transaction) -> Result<bool> {
    return !transaction.accounts.find("team").has_value();
  }));
}

TEST_F(Roles, ADeletedGroupGivesNothingAndFreesItsName) {
  ASSERT_EQ(group("team"), "ok");
  ASSERT_EQ(join("team", "outsider"), "ok");
  ASSERT_EQ(role("log-reader", {"/auditing/read/"}), "ok");
  ASSERT_EQ(grant("log-reader", "team"), "ok");
  ASSERT_EQ(remove_group("team"), "ok");
  EXPECT_FALSE(may("outsider", "/auditing/read/"));
  ASSERT_EQ(group("team"), "ok");
  ASSERT_EQ(join("team", "outsider"), "ok");
  EXPECT_FALSE(may("outsider", "/auditing/read/"));
}

TEST_F(Roles, EveryChangeIsRecorded) {
  const auto before = log().size();
  ASSERT_EQ(role("log-reader", {"/auditing/read/"}), "ok");
  ASSERT_EQ(grant("log-reader", "outsider"), "ok");
  const auto records = log();
  ASSERT_EQ(records.size(), before + 2);
  EXPECT_NE(records[before].body.find("/auditing/read/"), std::string::npos);
  EXPECT_NE(records[before + 1].body.find("role.grant"), std::string::npos);
}

TEST_F(Roles, AStoreOfTheFirstSchemaGetsTheirTablesAndKeepsWhatItHas) {
  const Caller admin = as("admin");
  ASSERT_EQ(code(in([&](Transaction& transaction) {
              return create_account(transaction, admin, {"ann", {}, {}, "ann", {}});
            })),
            "ok");
  clock_.advance(std::chrono::hours(25));
  const auto records = log().size();
  store_.reset();
  {
    soci::session sql(soci::sqlite3, "db=" + path_);
    for (const char* const statement :
         {"DROP TABLE collection", "DROP TABLE metadata_type", "DROP TABLE gateway",
          "ALTER TABLE signer DROP COLUMN description",
          // NOLINTNEXTLINE(bugprone-suspicious-missing-comma): some statements take several lines.
          "CREATE TABLE old_claim (provider TEXT NOT NULL, type TEXT NOT NULL, value TEXT NOT NULL,"
          " account BIGINT NOT NULL REFERENCES principal(id), PRIMARY KEY (provider, type, value))",
          "INSERT INTO old_claim SELECT 'unix', type, value, account FROM claim",
          "DROP TABLE claim", "ALTER TABLE old_claim RENAME TO claim",
          "DELETE FROM principal WHERE kind = 'claim'", "DROP TABLE identity_provider",
          "ALTER TABLE request DROP COLUMN claims", "ALTER TABLE response DROP COLUMN claims",
          "DROP TABLE pin_source", "DROP TABLE container_key", "DROP TABLE container",
          "DROP TABLE request_comment", "DROP TABLE request_review", "DROP TABLE delegation",
          "DROP TABLE approval_key", "DROP INDEX request_fitting", "DROP INDEX request_latest",
          "DROP INDEX request_to_review",
          "CREATE INDEX request_fitting ON request (signer, requester, state, active_until)",
          "CREATE INDEX request_latest ON request (signer, requester, id)",
          "ALTER TABLE request DROP COLUMN beneficiary", "ALTER TABLE request DROP COLUMN starts",
          "ALTER TABLE request DROP COLUMN networks", "ALTER TABLE request DROP COLUMN change",
          "ALTER TABLE request DROP COLUMN review_due", "ALTER TABLE request DROP COLUMN reminded",
          "ALTER TABLE response DROP COLUMN for_account",
          "ALTER TABLE response DROP COLUMN approval_key",
          "ALTER TABLE response DROP COLUMN signature", "ALTER TABLE credential DROP COLUMN proven",
          "DROP TABLE request_digest", "ALTER TABLE request DROP COLUMN bound",
          "ALTER TABLE request DROP COLUMN facts", "ALTER TABLE request DROP COLUMN metadata",
          "DROP TABLE counted_signature", "DROP TABLE product_freeze", "DROP TABLE change_answer",
          "DROP TABLE change_request", "DROP INDEX product_admin",
          "DROP INDEX signer_by_application", "ALTER TABLE signer DROP COLUMN application",
          "DROP TABLE application", "DROP TABLE role_holder", "DROP TABLE role_string",
          "DROP TABLE role", "DROP TABLE permission_set_string", "DROP TABLE permission_set",
          "DROP INDEX principal_link_by_held", "ALTER TABLE principal DROP COLUMN description",
          "PRAGMA user_version = 1"})
      sql << statement;
  }
  reopen();
  EXPECT_EQ(log().size(), records);
  EXPECT_TRUE(may("engineer", right::sign));
  EXPECT_EQ(in([&](Transaction& transaction) -> Result<std::string> {
              return transaction.accounts.find_unix_user("ann")->name;
            }).value(),
            "ann");
  EXPECT_EQ(remove_set("Global"), "global_set");
  ASSERT_EQ(role("log-reader", {"/auditing/read/"}), "ok");
  ASSERT_EQ(grant("log-reader", "outsider"), "ok");
  EXPECT_TRUE(may("outsider", "/auditing/read/"));
}

// Whoever holds a string before any operation asks for it may do that operation when it is there.
TEST_F(Roles, AStringWithoutOperationsIsHonouredFromTheDayOneAsks) {
  ASSERT_TRUE(operations_behind(*find_entry("/reports/read/")).empty());
  ASSERT_EQ(role("reader", {"/reports/read/"}), "ok");
  ASSERT_EQ(grant("reader", "outsider"), "ok");
  const Operation to_come{"report.list",  "report list",        "GET", "/v1/reports",
                          Scope::product, {{"/reports/read/"}}, false, Takes::nothing,
                          Quorum::none,   "List reports"};
  const auto allowed = [&](const std::string& who) {
    const Caller caller = as(who);
    return code(
        in([&](Transaction& transaction) { return authorise(transaction, caller, to_come, {}); }));
  };
  EXPECT_EQ(allowed("outsider"), "ok");
  EXPECT_EQ(allowed("mate"), "not_allowed");
  EXPECT_EQ(allowed("admin"), "ok") << "who holds /reports/";
}

// The work of a decision grows with what the account holds, and never with the store.
TEST_F(Roles, ADecisionReadsNoTableWhole) {
  store_.reset();
  soci::session sql(soci::sqlite3, "db=" + path_);
  std::string plan;
  long long account = 1, signer = 1, application = 1;
  std::string strings = R"(["/"])", claims = "[7]";
  soci::row row;
  soci::statement query = (sql.prepare << "EXPLAIN QUERY PLAN " + RightTable::query(),
                           soci::use(account, "a"), soci::use(claims, "m"), soci::use(signer, "s"),
                           soci::use(application, "g"), soci::use(strings, "c"), soci::into(row));
  query.execute();
  while (query.fetch()) plan += row.get<std::string>(3) + "\n";
  for (const char* const table : {"membership", "principal", "signer", "role", "permission_set",
                                  "application", " a", " m", " h", " rs", " l"})
    EXPECT_EQ(plan.find(std::string("SCAN ") + table), std::string::npos) << plan;
  for (const char* const search :
       {"(scope=? AND object=? AND principal=?)", "(kind=? AND held=?)", "(principal=?)",
        "(role=? AND string=?)", "(permission_set=? AND string=?)"})
    EXPECT_NE(plan.find(search), std::string::npos) << search << "\n" << plan;
}

}  // namespace
}  // namespace countersign::test
