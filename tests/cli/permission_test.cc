// `countersign permission`: the catalogue, printed without a gateway.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "policy/model/permissions/catalogue.h"
#include "tests/cli/outcome.h"

namespace countersign {
namespace {

using nlohmann::json;

class PermissionVerbs : public testing::Test {
 protected:
  // A configuration that is not there: whoever asks the gateway fails.
  void SetUp() override { setenv("COUNTERSIGN_CONFIG", "/nonexistent/client.json", 1); }
  void TearDown() override { unsetenv("COUNTERSIGN_CONFIG"); }
};

TEST_F(PermissionVerbs, ListHasEveryStringWhole) {
  const Outcome outcome = run({"permission", "list", "--json"});
  ASSERT_EQ(outcome.code, ExitCode::ok) << outcome.err;
  EXPECT_NE(outcome.out.find("\"/certificate_stores/read/#/\""), std::string::npos);
  const json rows = json::parse(outcome.out).at("permissions");
  ASSERT_EQ(rows.size(), catalogue().size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].at("string"), catalogue()[i].string);
    EXPECT_EQ(rows[i].at("by_membership"), catalogue()[i].by_membership);
    for (const char* field : {"level", "title", "description"})
      EXPECT_NE(rows[i].at(field), "") << rows[i];
  }
}

TEST_F(PermissionVerbs, ListOfOlderNamesHasEveryNameWhole) {
  const Outcome outcome = run({"permission", "list", "--v1", "--json"});
  ASSERT_EQ(outcome.code, ExitCode::ok) << outcome.err;
  EXPECT_NE(outcome.out.find("\"Certificates: Recover\""), std::string::npos);
  const json rows = json::parse(outcome.out).at("permissions");
  ASSERT_EQ(rows.size(), 63U);
  for (const json& row : rows)
    EXPECT_EQ(row.contains("exception"), row.at("relation") != "same") << row;
}

TEST_F(PermissionVerbs, ListIsATableForPeople) {
  const Outcome outcome = run({"permission", "list"});
  EXPECT_EQ(outcome.out.substr(0, 6), "STRING");
  EXPECT_NE(outcome.out.find("\n/pam/read/#/  "), std::string::npos);
  EXPECT_EQ(outcome.err, "");
  EXPECT_NE(run({"permission", "list", "--v1"}).out.find("\nPkiManagement: Read  "),
            std::string::npos);
}

TEST_F(PermissionVerbs, ShowSaysWhatStandsBehindAString) {
  const json shown =
      json::parse(run({"permission", "show", "/security/", "--json"}).out).at("permission");
  EXPECT_EQ(shown.at("string"), "/security/");
  const auto operations = shown.at("operations").get<std::set<std::string>>();
  EXPECT_TRUE(operations.contains("account.create")) << shown;
  EXPECT_TRUE(operations.contains("account.list")) << shown;
  EXPECT_FALSE(operations.contains("log.list")) << shown;
}

TEST_F(PermissionVerbs, ShowTakesAnObjectAsMarkOrNumber) {
  const std::string marked = run({"permission", "show", "/pam/read/#/"}).out;
  EXPECT_NE(marked.find("provider"), std::string::npos);
  EXPECT_EQ(run({"permission", "show", "/pam/read/12/"}).out, marked);
}

TEST_F(PermissionVerbs, ShowOfAnOlderNameSaysWhatItHasBecome) {
  const json shown =
      json::parse(run({"permission", "show", "--v1", "PkiManagement: Read", "--json"}).out)
          .at("permission");
  EXPECT_EQ(shown.at("v2"),
            json::array({"/certificate_authorities/read/", "/certificate_templates/read/"}));
  EXPECT_EQ(shown.at("relation"), "split");
  const json back =
      json::parse(run({"permission", "show", "/certificate_templates/read/", "--json"}).out)
          .at("permission");
  EXPECT_EQ(back.at("v1"), json::array({"PkiManagement: Read"}));
}

TEST_F(PermissionVerbs, WhatIsNotThereIsRefused) {
  const Outcome string = run({"permission", "show", "/security/write/"});
  EXPECT_EQ(string.code, ExitCode::invalid);
  EXPECT_NE(string.err.find("at byte 11"), std::string::npos) << string.err;
  const Outcome name = run({"permission", "show", "--v1", "Security: Write"});
  EXPECT_EQ(name.code, ExitCode::not_found);
  EXPECT_EQ(name.out, "");
}

}  // namespace
}  // namespace countersign
