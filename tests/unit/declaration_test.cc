// The document of the whole policy: what its reader accepts, and the plans made of two of them.
#include "policy/model/declaration.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "policy/model/declaration_plan.h"

namespace countersign {
namespace {

using nlohmann::json;

/// docs/schema/policy-document.json is held against the same table by tests/man/schema_test.py.
const json& documents() {
  static const json all = json::parse(std::ifstream(COUNTERSIGN_DECLARATION_DOCUMENTS));
  return all;
}

TEST(Declarations, GoodOnesAreReadAndReadBack) {
  for (const json& document : documents().at("good")) {
    const auto read = declaration_from_json(document);
    ASSERT_TRUE(read) << read.error().text() << document;
    json again = *read;
    for (auto& [name, section] : again.items())
      if (section.is_array())
        for (json& entry : section) entry.erase(pointer_field);
    const auto twice = declaration_from_json(again);
    ASSERT_TRUE(twice) << twice.error().text();
    json current = *read;
    if (current.contains("accounts"))  // an export has none that is deleted
      std::erase_if(current["accounts"].get_ref<json::array_t&>(),
                    [](const json& each) { return each.at("state") == "deleted"; });
    const auto plan = plan_between(current, *twice, "test");
    ASSERT_TRUE(plan) << plan.error().text();
    EXPECT_TRUE(plan->steps.empty()) << plan->steps.front().text;
  }
}

TEST(Declarations, BadOnesAreRefusedWhereTheyAre) {
  const json& table = documents();
  for (const char* const kind : {"bad", "bad_beyond_schema"})
    for (const json& each : table.at(kind)) {
      const auto read = declaration_from_json(each.at("document"));
      ASSERT_FALSE(read) << each;
      EXPECT_EQ(read.error().code, "bad_field") << each;
      EXPECT_TRUE(read.error().message.starts_with(each.at("at").get<std::string>() + " "))
          << each << read.error().message;
    }
}

/// The texts of the plan's steps.
std::vector<std::string> plan_texts(const json& from, const json& to) {
  const auto current = declaration_from_json(from);
  const auto wanted = declaration_from_json(to);
  const auto plan = plan_between(*current, *wanted, "test");
  if (!plan) return {plan.error().message};
  std::vector<std::string> texts;
  for (const PlannedStep& each : plan->steps) texts.push_back(each.text);
  for (const LeftOut& each : plan->left_out) texts.push_back("left out " + each.pointer);
  return texts;
}

json with(const char* section, const json& entries) {
  return {{"version", 1}, {section, entries}};
}

using Texts = std::vector<std::string>;

TEST(DeclarationPlans, SayNothingOfSectionsThatAreLeftOut) {
  const json group{{{"name", "a"}, {"members", json::array()}}};
  EXPECT_EQ(plan_texts(with("groups", group), {{"version", 1}}), Texts{});
  EXPECT_EQ(plan_texts(with("groups", group), with("groups", json::array())),
            Texts{"group delete a"});
}

TEST(DeclarationPlans, LeaveAccountsAndSignersThatAreLeftOut) {
  EXPECT_EQ(plan_texts(with("accounts", {{{"name", "ann"}}}), with("accounts", json::array())),
            Texts{});
  EXPECT_EQ(plan_texts(with("accounts", {{{"name", "ann"}}}),
                       with("accounts", {{{"name", "Ann"}, {"state", "deleted"}}})),
            Texts{"account delete Ann"});
  EXPECT_EQ(plan_texts(with("accounts", json::array()),
                       with("accounts", {{{"name", "ann"}, {"state", "deleted"}}})),
            Texts{});
}

TEST(DeclarationPlans, NameEachDifference) {
  const json before{{{"name", "robot"}, {"kind", "machine"}, {"owners", {"ann", "bob"}}}};
  const json after{{{"name", "robot"},
                    {"kind", "machine"},
                    {"owners", {"bob", "eve"}},
                    {"state", "disabled"},
                    {"description", "builds"}}};
  EXPECT_EQ(plan_texts(with("accounts", before), with("accounts", after)),
            (Texts{"account change robot --description", "account add-owner robot eve",
                   "account remove-owner robot ann", "account disable robot"}));
  EXPECT_EQ(plan_texts(with("accounts", json::array()), with("accounts", after)),
            (Texts{"account create robot", "account change robot --description",
                   "account add-owner robot eve", "account disable robot"}));
}

TEST(DeclarationPlans, RefuseWhatNoOperationChanges) {
  const json before{{{"name", "ann"}}};
  const json after{{{"name", "ann"}, {"kind", "machine"}, {"owners", {"bob"}}}};
  EXPECT_EQ(plan_texts(with("accounts", before), with("accounts", after)),
            Texts{"/accounts/0/kind differs from what is, and no operation changes it"});
}

TEST(DeclarationPlans, LeaveOutSignersThatCannotBeMade) {
  json signer{{"name", "s"},
              {"key", "k"},
              {"public_key", "AAEC"},
              {"members", {{{"principal", "ann"}, {"role", "admin"}}}}};
  EXPECT_EQ(plan_texts(with("signers", json::array()), with("signers", json::array({signer}))),
            Texts{"left out /signers/0"});
  signer["certificates"] = {"AAEC"};
  EXPECT_EQ(plan_texts(with("signers", json::array()), with("signers", json::array({signer}))),
            Texts{"signer create s"});
  signer["state"] = "retired";
  EXPECT_EQ(plan_texts(with("signers", json::array()), with("signers", json::array({signer}))),
            Texts{"left out /signers/0"});
}

}  // namespace
}  // namespace countersign
