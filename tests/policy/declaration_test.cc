// The whole policy as a document: written, applied here and elsewhere, and refused.
#include "policy/model/declaration.h"
#include "policy/declaration_apply.h"
#include "policy/declaration_export.h"
#include "policy/freezes.h"
#include "policy/metadata_types.h"
#include "policy/settings.h"
#include "tests/policy/role_world.h"

namespace countersign::test {
namespace {

using nlohmann::json;

class DeclarationWorld : public RoleWorld {
 protected:
  json exported(const std::string& who = "admin") {
    const Caller caller = as(who);
    const auto document =
        in([&](Transaction& transaction) { return export_declaration(transaction, caller); });
    return document ? *document : json(document.error().code);
  }

  Result<DeclarationPlan> plan(const std::string& who, const json& document) {
    const Caller caller = as(who);
    return in([&](Transaction& transaction) -> Result<DeclarationPlan> {
      const auto read = declaration_from_json(document);
      if (!read) return fail(read.error());
      return plan_declaration(transaction, caller, *read, "test");
    });
  }

  /// "unchanged", "ok", "waits", or the error's code.
  std::string applies(const std::string& who, const json& document) {
    const Caller caller = as(who);
    const auto planned = plan(who, document);
    if (!planned) return planned.error().code;
    left_out_ = planned->left_out.size();
    if (planned->steps.empty()) return "unchanged";
    const auto submitted = in([&](Transaction& transaction) {
      json steps = steps_json(planned->steps);
      for (json& each : steps["steps"])
        if (each["operation"] == "signer.create" || each["operation"] == "container.add_key")
          each["arguments"]["token"] = "lab";
      return submit(transaction, caller, {"declaration.apply", steps});
    });
    message_ = submitted ? "" : submitted.error().message;
    if (!submitted) return submitted.error().code;
    return submitted->waiting ? "waits" : "ok";
  }

  json& entry(json& document, const char* section, const char* name) {
    for (json& each : document[section])
      if (each.value("name", "") == name) return each;
    throw std::runtime_error(name);
  }

  std::size_t left_out_ = 0;
  std::string message_;
};

TEST_F(DeclarationWorld, IsTheSameAsLongAsTheStoreIs) {
  ASSERT_EQ(role("reader", {"/auditing/read/"}), "ok");
  ASSERT_EQ(group("team"), "ok");
  ASSERT_EQ(join("team", "outsider"), "ok");
  ASSERT_EQ(grant("reader", "team"), "ok");
  const json before = exported();
  EXPECT_EQ(before["roles"][0]["holders"], json({"team"}));
  EXPECT_EQ(before["signers"][0]["members"].size(), 5U);
  EXPECT_FALSE(before["signers"][0].contains("certificates")) << "admin is no member";
  reopen();
  EXPECT_EQ(exported().dump(), before.dump());
  EXPECT_EQ(applies("admin", before), "unchanged");
  EXPECT_EQ(left_out_, 0U);
  EXPECT_EQ(exported("keeper"), "not_allowed");
}

TEST_F(DeclarationWorld, MakesEveryDifferenceAtOnceOrNone) {
  json document = exported();
  document["groups"].push_back({{"name", "team"}, {"members", {"outsider", "inner"}}});
  document["groups"].push_back({{"name", "inner"}, {"members", {"mate"}}});
  document["permission_sets"].push_back({{"name", "narrow"}, {"permissions", {"/auditing/"}}});
  document["roles"].push_back({{"name", "reader"},
                               {"permission_set", "narrow"},
                               {"permissions", {"/auditing/read/"}},
                               {"holders", {"team"}}});
  document["accounts"].push_back({{"name", "newcomer"}, {"description", "from June"}});
  ASSERT_EQ(applies("admin", document), "ok") << message_;
  EXPECT_TRUE(may("mate", "/auditing/read/")) << "through team and inner";
  EXPECT_EQ(applies("admin", document), "unchanged");

  const json before = exported();
  entry(document, "permission_sets", "narrow")["permissions"] = {"/pam/"};
  entry(document, "groups", "inner")["members"] = {"mate", "second"};
  entry(document, "roles", "reader")["holders"] = {"nobody"};
  EXPECT_EQ(applies("admin", document), "role_outside_set");
  EXPECT_TRUE(message_.starts_with("/permission_sets/0: permission-set change narrow: "))
      << message_;
  EXPECT_EQ(exported(), before) << "nothing of it";
  entry(document, "roles", "reader")["permissions"] = {"/pam/read/"};
  EXPECT_EQ(applies("admin", document), "role_outside_set") << "neither can be first";
  entry(document, "permission_sets", "narrow")["permissions"] = {"/auditing/", "/pam/"};
  EXPECT_EQ(applies("admin", document), "not_found");
  EXPECT_TRUE(message_.starts_with("/roles/0: role grant reader nobody: ")) << message_;
  EXPECT_EQ(exported(), before);
  entry(document, "roles", "reader")["holders"] = {"inner"};
  EXPECT_EQ(applies("admin", document), "ok") << message_;
  EXPECT_TRUE(may("second", "/pam/read/"));
  EXPECT_FALSE(may("outsider", "/pam/read/"));
}

TEST_F(DeclarationWorld, DeletesWhatIsLeftOut) {
  ASSERT_EQ(role("reader", {"/auditing/read/"}), "ok");
  ASSERT_EQ(grant("reader", "outsider"), "ok");
  json document = exported();
  document["roles"].clear();
  document["accounts"].clear();
  document["signers"].clear();
  EXPECT_EQ(applies("admin", document), "ok") << message_;
  EXPECT_FALSE(may("outsider", "/auditing/read/"));
  EXPECT_EQ(exported()["accounts"].size(), 7U) << "accounts and signers stay";
}

TEST_F(DeclarationWorld, AsksForWhatOneMayDoAlone) {
  json document = exported();
  entry(document, "signers", "release")["members"].push_back(
      {{"principal", "outsider"}, {"role", "operator"}});
  const json of_signers{{"version", 1}, {"signers", document["signers"]}};
  EXPECT_EQ(applies("outsider", of_signers), "unchanged");
  EXPECT_EQ(left_out_, 1U) << "to him it does not exist, and the document has no certificates";
  EXPECT_EQ(applies("mate", of_signers), "not_allowed");
  EXPECT_EQ(applies("mate", document), "not_allowed") << "nor may he read accounts";
  EXPECT_EQ(applies("keeper", of_signers), "ok") << message_;
  EXPECT_TRUE(may("outsider", right::sign));
}

TEST_F(DeclarationWorld, WaitsAsOneChange) {
  json document = exported();
  document["groups"].push_back({{"name", "team"}, {"members", {"outsider"}}});
  entry(document, "signers", "release")["members"].push_back(
      {{"principal", "outsider"}, {"role", "operator"}});
  EXPECT_EQ(applies("admin", document), "waits") << message_;
  EXPECT_EQ(exported()["groups"].size(), 0U) << "the whole waits";
  EXPECT_FALSE(may("outsider", right::sign));
  EXPECT_EQ(answers("keeper"), "applied");
  EXPECT_EQ(exported()["groups"].size(), 1U);
  EXPECT_TRUE(may("outsider", right::sign));
  EXPECT_EQ(applies("admin", document), "unchanged");
}

// Proposing takes consent also where nobody gains, as member.remove does by itself.
TEST_F(DeclarationWorld, ProposesWhatItsCallerMayOnlyPropose) {
  json document = exported();
  json& members = entry(document, "signers", "release")["members"];
  std::erase_if(members.get_ref<json::array_t&>(),
                [](const json& each) { return each["principal"] == "mate"; });
  EXPECT_EQ(applies("admin", document), "waits");
  EXPECT_TRUE(may("mate", right::sign));
  EXPECT_EQ(answers("keeper"), "applied");
  EXPECT_FALSE(may("mate", right::sign));
}

TEST_F(DeclarationWorld, ProposesMembersOfApplications) {
  json document = exported();
  document["applications"].push_back({{"name", "web"},
                                      {"members",
                                       {{{"principal", "engineer"}, {"role", "admin"}},
                                        {{"principal", "mate"}, {"role", "auditor"}}}},
                                      {"signers", json::array()},
                                      {"containers", json::array()}});
  ASSERT_EQ(applies("admin", document), "ok") << "who makes it names its first members";
  json& members = entry(document, "applications", "web")["members"];
  members.push_back({{"principal", "second"}, {"role", "operator"}});
  members[1]["role"] = "operator";
  ASSERT_EQ(applies("admin", document), "waits");
  EXPECT_EQ(answers("mate"), "not_an_approver");
  EXPECT_EQ(answers("engineer"), "applied");
  EXPECT_EQ(applies("admin", document), "unchanged");
}

TEST_F(DeclarationWorld, IsStaleWhenAStepCanNoLongerBeMade) {
  json document = exported();
  document["groups"].push_back({{"name", "team"}, {"members", json::array()}});
  entry(document, "signers", "release")["members"].push_back(
      {{"principal", "outsider"}, {"role", "operator"}});
  ASSERT_EQ(applies("admin", document), "waits");
  ASSERT_EQ(group("team"), "ok");
  EXPECT_EQ(answers("keeper"), "stale");
  EXPECT_FALSE(may("outsider", right::sign)) << "nothing of it";
}

TEST_F(DeclarationWorld, GivesNothingToWhoAppliesIt) {
  ASSERT_EQ(role("root", {"/"}), "ok");
  ASSERT_EQ(grant("root", "outsider"), "ok");
  json document = exported();
  json own = document;
  entry(own, "signers", "release")["members"].push_back(
      {{"principal", "outsider"}, {"role", "operator"}});
  EXPECT_EQ(applies("outsider", own), "waits");
  EXPECT_EQ(answers("outsider"), "own_change");
  json by_group = document;
  by_group["groups"].push_back({{"name", "team"}, {"members", {"outsider"}}});
  entry(by_group, "signers", "release")["members"].push_back(
      {{"principal", "team"}, {"role", "operator"}});
  EXPECT_EQ(applies("outsider", by_group), "waits");
  json admin = document;
  entry(admin, "accounts", "outsider")["product_role"] = "admin";
  EXPECT_EQ(applies("outsider", admin), "waits");
  EXPECT_FALSE(may("outsider", right::sign));
}

// A signer is made with its admins alone; they decide the rest when they are asked.
TEST_F(DeclarationWorld, LeavesANewSignerToItsAdmins) {
  const json made = new_signer("nightly", {"keeper"});
  json document{{"version", 1},
                {"signers",
                 {{{"name", "nightly"},
                   {"key", made["key_uri"]},
                   {"public_key", made["public_key"]},
                   {"certificates", made["certificates"]},
                   {"members",
                    {{{"principal", "keeper"}, {"role", "admin"}},
                     {{"principal", "engineer"}, {"role", "operator"}}}},
                   {"policy", {{"approval", "none"}}}}}}};
  ASSERT_EQ(applies("admin", document), "ok") << message_;
  EXPECT_EQ(left_out_, 2U) << "the operator and the policy";
  EXPECT_EQ(applies("keeper", document), "ok") << message_;
  EXPECT_EQ(left_out_, 0U);
  EXPECT_EQ(applies("keeper", document), "unchanged");
}

// Otherwise somebody would learn by a document which keys there are.
TEST_F(DeclarationWorld, AsksTokensForNobodyWhoMayNotMakeWhatTheKeysAreFor) {
  const json made = new_signer("nightly", {"keeper"});
  const json signers{{"version", 1},
                     {"signers",
                      {{{"name", "nightly"},
                        {"key", made["key_uri"]},
                        {"public_key", made["public_key"]},
                        {"certificates", made["certificates"]},
                        {"members", {{{"principal", "keeper"}, {"role", "admin"}}}}}}}};
  EXPECT_EQ(code(plan("mate", signers)), "not_allowed");
  EXPECT_EQ(code(plan("admin", signers)), "ok");
  const json containers{
      {"version", 1},
      {"containers",
       {{{"name", "keys"},
         {"keys", {{{"key", "pkcs11:object=a"}, {"fingerprint", std::string(64, '0')}}}}}}}};
  EXPECT_EQ(code(plan("mate", containers)), "not_allowed");
  EXPECT_EQ(code(plan("admin", containers)), "ok");
}

TEST_F(DeclarationWorld, HoldsCollectionsForWhoSeesEveryCertificate) {
  EXPECT_FALSE(exported().contains("collections"));
  ASSERT_EQ(role("root", {"/"}), "ok");
  ASSERT_EQ(grant("root", "outsider"), "ok");
  json document{{"version", 1},
                {"collections",
                 {{{"name", "expiring"}, {"expires_within", "30d"}, {"subject", "CN=web"}},
                  {{"name", "all"}, {"description", "each of them"}}}}};
  EXPECT_EQ(applies("admin", document), "not_allowed");
  ASSERT_EQ(applies("outsider", document), "ok") << message_;
  EXPECT_EQ(exported("outsider")["collections"],
            json({{{"name", "all"}, {"description", "each of them"}},
                  {{"name", "expiring"},
                   {"description", ""},
                   {"expires_within", "30d"},
                   {"subject", "CN=web"}}}));
  EXPECT_EQ(applies("outsider", exported("outsider")), "unchanged");
  entry(document, "collections", "expiring").erase("subject");
  std::erase_if(document["collections"].get_ref<json::array_t&>(),
                [](const json& each) { return each["name"] == "all"; });
  ASSERT_EQ(applies("outsider", document), "ok") << message_;
  EXPECT_EQ(exported("outsider")["collections"],
            json({{{"name", "expiring"}, {"description", ""}, {"expires_within", "30d"}}}));
}

TEST_F(DeclarationWorld, RecreatesAnotherStore) {
  ASSERT_EQ(role("reader", {"/auditing/read/"}), "ok");
  ASSERT_EQ(group("team"), "ok");
  ASSERT_EQ(join("team", "outsider"), "ok");
  ASSERT_EQ(grant("reader", "team"), "ok");
  ASSERT_EQ(set("narrow", {"/pam/"}), "ok");
  ASSERT_EQ(
      does([](auto& transaction, auto& caller) {
        return create_account(transaction, caller, {"robot", AccountKind::machine, {}, {}, "mate"});
      }),
      "ok");
  ASSERT_EQ(does([](Transaction& transaction, const Caller& caller) -> Status {
              const auto type = create_metadata_type(
                  transaction, caller, {0, "of ours", {"branch", FieldKind::choice, {"b", "a"}}});
              if (!type) return fail(type.error());
              const auto set = set_setting(transaction, caller, "change_lifetime", "3d");
              if (!set) return fail(set.error());
              const Time now = transaction.now;
              const auto freeze = create_freeze(
                  transaction, caller, {now, now + std::chrono::hours(5), "end of the year"});
              return freeze ? Status() : fail(freeze.error());
            }),
            "ok");
  json document = exported();
  document.erase("signers");
  EXPECT_EQ(document["freezes"].size(), 1U);
  EXPECT_EQ(applies("admin", document), "unchanged");

  store_.reset();
  path_ = folder_ + "/other.db";
  store_ = std::move(*PolicyStore::create(path_, key_, "gw.test", clock_));
  ASSERT_TRUE(
      in([&](Transaction& transaction) { return create_first_admin(transaction, "admin"); }));
  EXPECT_EQ(applies("admin", document), "ok") << message_;
  json again = exported();
  again.erase("signers");
  EXPECT_EQ(again.dump(2), document.dump(2));

  clock_.advance(std::chrono::hours(6));
  EXPECT_EQ(applies("admin", document), "unchanged");
  EXPECT_EQ(left_out_, 1U) << "the freeze is over";
}

}  // namespace
}  // namespace countersign::test
