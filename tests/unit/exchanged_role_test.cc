// Roles in the JSON of other systems: what is read, and what of it can be taken.
#include "policy/model/permissions/exchanged_role.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "policy/model/permissions/role_strings.h"

namespace countersign {
namespace {

using nlohmann::json;

std::string code(const json& document) {
  const auto role = exchanged_role_from_json(document, "/document");
  return role ? "ok" : role.error().code + ": " + role.error().message;
}

TEST(ExchangedRole, FieldsAreNamedWithoutRegardToCase) {
  const auto role =
      exchanged_role_from_json({{"name", "Readers"},
                                {"DESCRIPTION", "who reads"},
                                {"PermissionSetId", 3},
                                {"Permissions", {"/auditing/read/"}},
                                {"EmailAddress", "a@b"},
                                {"Claims",
                                 {{{"claimType", "OAuth ClientId"},
                                   {"ClaimValue", "build"},
                                   {"ProviderAuthenticationScheme", "Directory"}},
                                  {{"ClaimType", 0},
                                   {"ClaimValue", "dana"},
                                   {"Provider", {{"Id", 1}, {"AuthenticationScheme", "unix"}}}}}}},
                               "");
  ASSERT_TRUE(role) << role.error().text();
  EXPECT_EQ(role->name, "Readers");
  EXPECT_EQ(role->description, "who reads");
  EXPECT_EQ(role->permission_set, "3");
  EXPECT_EQ(role->permissions, std::vector<std::string>{"/auditing/read/"});
  EXPECT_EQ(role->ignored, std::vector<std::string>{"EmailAddress"});
  ASSERT_EQ(role->claims.size(), 2U);
  EXPECT_EQ(role->claims[0].type, "oauth_client_id");
  EXPECT_EQ(role->claims[0].provider, "Directory");
  EXPECT_EQ(role->claims[1].type, "user");
  EXPECT_EQ(role->claims[1].provider, "unix");
}

TEST(ExchangedRole, WhatIsNoRoleIsRefusedWithItsPointer) {
  EXPECT_EQ(code(json::array()), "bad_field: /document is not a JSON object");
  EXPECT_EQ(code({{"Permissions", json::array()}}), "bad_field: /document/Name is missing");
  EXPECT_EQ(code({{"Name", "a"}}), "bad_field: /document/Permissions is missing");
  EXPECT_EQ(code({{"Name", "a"}, {"name", "b"}, {"Permissions", json::array()}}),
            "bad_field: /document/name stands there twice");
  EXPECT_EQ(code({{"Name", "a"}, {"Permissions", {"/", 5}}}),
            "bad_field: /document/Permissions/1 is not a string");
  EXPECT_EQ(code({{"Name", "a"}, {"Permissions", {"/"}}, {"Claims", {{{"ClaimType", "User"}}}}}),
            "bad_field: /document/Claims/0/ClaimValue is missing");
}

TEST(ExchangedRole, IsBounded) {
  json many = json::array();
  for (std::size_t i = 0; i <= most_role_strings; ++i) many.push_back("/");
  EXPECT_TRUE(code({{"Name", "a"}, {"Permissions", many}}).starts_with("too_many_permissions"));
  json claims = json::array();
  for (std::size_t i = 0; i <= most_exchanged_claims; ++i) claims.push_back(json::object());
  EXPECT_TRUE(code({{"Name", "a"}, {"Permissions", json::array()}, {"Claims", claims}})
                  .starts_with("too_many_claims"));
}

struct Outcome {
  std::string string;
  std::string code;

  bool operator==(const Outcome&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Outcome& outcome) {
  return out << outcome.string << " " << outcome.code;
}

std::vector<Outcome> outcomes(const std::vector<std::string>& given, const char* cap = "/") {
  const Permission limit = *Permission::parse(cap);
  std::vector<Outcome> all;
  for (const auto& each : import_permissions(given, std::span(&limit, 1)))
    all.push_back({each.string ? each.string->text() : "", each.refusal ? each.refusal->code : ""});
  return all;
}

TEST(ImportedPermissions, AreStringsOrOlderNames) {
  EXPECT_EQ(outcomes({"/auditing/read/", "Reports: Modify", "Reports: Everything", "reports"}),
            (std::vector<Outcome>{{"/auditing/read/", ""},
                                  {"/reports/modify/", ""},
                                  {"", "bad_permission"},
                                  {"", "bad_permission"}}));
}

TEST(ImportedPermissions, AnOlderNameMayHaveBecomeTwoStrings) {
  const Permission root = *Permission::parse("/");
  const std::vector<std::string> given{"PkiManagement: Read", "Auditing: Read"};
  const auto all = import_permissions(given, std::span(&root, 1));
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].string->text(), "/certificate_authorities/read/");
  EXPECT_EQ(all[1].string->text(), "/certificate_templates/read/");
  EXPECT_EQ(all[1].given, "PkiManagement: Read");
  EXPECT_NE(all[0].note, "");
  EXPECT_EQ(all[2].note, "");
}

TEST(ImportedPermissions, AreRefusedOneByOne) {
  EXPECT_EQ(outcomes({"/signers/sign/5/", "/security/read/", "/auditing/read/"}, "/auditing/"),
            (std::vector<Outcome>{{"/signers/sign/5/", "by_membership"},
                                  {"/security/read/", "outside_permission_set"},
                                  {"/auditing/read/", ""}}));
}

TEST(ImportedPermissions, WhatAnotherCoversIsNotTakenTwice) {
  EXPECT_EQ(outcomes({"/reports/read/", "/reports/", "Reports: Read", "/reports/"}),
            (std::vector<Outcome>{{"/reports/read/", "covered_permission"},
                                  {"/reports/", ""},
                                  {"/reports/read/", "covered_permission"},
                                  {"/reports/", "covered_permission"}}));
  // What is refused covers nothing.
  EXPECT_EQ(outcomes({"/", "/auditing/read/"}, "/auditing/"),
            (std::vector<Outcome>{{"/", "outside_permission_set"}, {"/auditing/read/", ""}}));
}

TEST(ClaimTypes, AreTheSeven) {
  for (const char* const each :
       {"user", "group", "computer", "oauth_oid", "oauth_role", "oauth_subject", "oauth_client_id"})
    EXPECT_EQ(claim_type(each), each);
  EXPECT_EQ(claim_type("OAuth Subject"), "oauth_subject");
  EXPECT_EQ(claim_type("OAuthOid"), "oauth_oid");
  EXPECT_EQ(claim_type("certificate"), std::nullopt);
  EXPECT_EQ(claim_type("7"), std::nullopt);
}

}  // namespace
}  // namespace countersign
