// The catalogue is whole: every string and every older name, counted by table.
#include "policy/model/permissions/catalogue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "policy/model/permissions/permission.h"

namespace countersign {
namespace {

/// "signers" of "/signers/read/#/"; "" of the root.
std::string area(std::string_view string) {
  return std::string(string.substr(1, string.find('/', 1) - 1));
}

TEST(Catalogue, HasEveryStringOfEveryTable) {
  // An area is a table of the second permission model, but for the last three, which are our own.
  const std::map<std::string, int> expected{{"agents", 12},
                                            {"application_settings", 3},
                                            {"auditing", 2},
                                            {"agents", 4},
                                            {"metadata", 4},
                                            {"system_settings", 3},
                                            {"application_settings", 3},
                                            {"certificate_authorities", 3},
                                            {"certificate_stores", 7},
                                            {"certificate_templates", 3},
                                            {"certificates", 20},
                                            {"dashboard", 4},
                                            {"identity_providers", 3},
                                            {"metadata", 4},
                                            {"monitoring", 9},
                                            {"pam", 5},
                                            {"portal", 2},
                                            {"reports", 3},
                                            {"scripts", 3},
                                            {"security", 3},
                                            {"ssh", 4},
                                            {"ssl", 3},
                                            {"system_settings", 3},
                                            {"workflows", 9},
                                            {"", 1},
                                            {"signers", 23},
                                            {"applications", 9}};
  std::map<std::string, int> counted;
  for (const CatalogueEntry& each : catalogue()) ++counted[area(each.string)];
  EXPECT_EQ(counted, expected);
  int shared = 0;
  for (const auto& [name, count] : counted)
    if (name != "" && name != "signers" && name != "applications") shared += count;
  EXPECT_EQ(shared, 105);
}

TEST(Catalogue, HasEveryNameOfEveryTable) {
  const std::map<std::string_view, int> expected{{"Agent Auto-Registration", 2},
                                                 {"Agent Management", 2},
                                                 {"Alerts", 3},
                                                 {"Application Settings", 2},
                                                 {"Auditing", 1},
                                                 {"Certificate Collections", 1},
                                                 {"Certificate Enrollment", 4},
                                                 {"Certificate Metadata Types", 2},
                                                 {"Certificate Requests", 1},
                                                 {"Certificate Store Management", 3},
                                                 {"Certificates", 7},
                                                 {"Dashboard", 2},
                                                 {"Event Handler Registration", 2},
                                                 {"Identity Providers", 2},
                                                 {"Mac Auto-Enroll Management", 2},
                                                 {"Management Portal", 1},
                                                 {"Monitoring", 3},
                                                 {"PKI Management", 2},
                                                 {"Privileged Access Management", 2},
                                                 {"Reports", 2},
                                                 {"Scripts", 2},
                                                 {"Security Settings", 2},
                                                 {"SSH", 3},
                                                 {"SSL Management", 2},
                                                 {"System Settings", 2},
                                                 {"Workflow Definitions", 2},
                                                 {"Workflow Instances", 4}};
  std::map<std::string_view, int> counted;
  for (const OlderName& each : older_names()) ++counted[each.section];
  EXPECT_EQ(counted, expected);
  EXPECT_EQ(older_names().size(), 63U);
}

TEST(Catalogue, EntriesAreWholeAndUnique) {
  std::set<std::string_view> strings;
  for (const CatalogueEntry& each : catalogue()) {
    EXPECT_TRUE(strings.insert(each.string).second) << each.string << " stands there twice";
    EXPECT_NE(each.title, "") << each.string;
    EXPECT_TRUE(each.description.ends_with('.')) << each.string;
    const bool has_object = each.string.find('#') != each.string.npos;
    EXPECT_EQ(each.level != Level::global, has_object) << each.string;
    if (has_object) {
      EXPECT_TRUE(each.string.ends_with("/#/")) << each.string;
    }
    std::string text(each.string);
    if (has_object) text.replace(text.find('#'), 1, "7");
    EXPECT_TRUE(Permission::parse(text)) << text;
    EXPECT_LE(text.size() + 18, longest_permission) << text;
  }
}

TEST(Catalogue, LevelsFollowTheArea) {
  const std::map<std::string, Level> of_objects{{"certificates", Level::collection},
                                                {"certificate_stores", Level::container},
                                                {"pam", Level::provider},
                                                {"signers", Level::signer},
                                                {"applications", Level::application}};
  for (const CatalogueEntry& each : catalogue())
    if (each.level != Level::global) {
      EXPECT_EQ(each.level, of_objects.at(area(each.string))) << each.string;
    }
}

TEST(Catalogue, EveryObjectFallsBackToAStringForAll) {
  for (const CatalogueEntry& each : catalogue())
    if (each.level != Level::global && !each.by_membership) {
      EXPECT_NE(find_entry(each.string.substr(0, each.string.size() - 2)), nullptr) << each.string;
    }
}

/// What has become of the names of an area whose permissions are called as their strings' ends.
const std::map<std::string_view, std::string_view> plain_areas{
    {"AgentAutoRegistration", "/agents/auto_registration/"},
    {"AgentManagement", "/agents/management/"},
    {"ApplicationSettings", "/application_settings/"},
    {"Auditing", "/auditing/"},
    {"CertificateCollections", "/certificates/collections/"},
    {"CertificateMetadataTypes", "/metadata/types/"},
    {"CertificateStoreManagement", "/certificate_stores/"},
    {"Dashboard", "/dashboard/"},
    {"EventHandlerRegistration", "/monitoring/handlers/registration/"},
    {"IdentityProviders", "/identity_providers/"},
    {"MacAutoEnrollManagement", "/agents/management/mac/auto-enrollment/management/"},
    {"AdminPortal", "/portal/"},
    {"Monitoring", "/monitoring/alerts/"},
    {"PrivilegedAccessManagement", "/pam/"},
    {"Reports", "/reports/"},
    {"Scripts", "/scripts/"},
    {"SecuritySettings", "/security/"},
    {"SSH", "/ssh/"},
    {"SslManagement", "/ssl/"},
    {"SystemSettings", "/system_settings/"},
    {"WorkflowDefinitions", "/workflows/definitions/"},
    {"WorkflowInstances", "/workflows/instances/"},
    {"WorkflowManagement", "/monitoring/alerts/"}};

const std::map<std::string_view, std::array<std::string_view, 2>> other_names{
    {"CertificateEnrollment: EnrollPFX", {"/certificates/enrollment/pfx/", ""}},
    {"CertificateEnrollment: EnrollCSR", {"/certificates/enrollment/csr/", ""}},
    {"CertificateEnrollment: CsrGeneration", {"/certificates/enrollment/csr/generation/", ""}},
    {"CertificateEnrollment: PendingCsr", {"/certificates/requests/manage/", ""}},
    {"WorkflowManagement: Participate", {"/certificates/requests/manage/", ""}},
    {"Certificates: Read", {"/certificates/collections/read/", ""}},
    {"Certificates: EditMetadata", {"/certificates/collections/metadata/modify/", ""}},
    {"Certificates: Import", {"/certificates/import/", ""}},
    {"Certificates: Recover", {"/certificates/collections/private_key/read/", ""}},
    {"Certificates: Revoke", {"/certificates/collections/revoke/", ""}},
    {"Certificates: Delete", {"/certificates/collections/delete/", ""}},
    {"Certificates: ImportPrivateKey", {"/certificates/collections/private_key/import/", ""}},
    {"Dashboard: RiskHeader", {"/dashboard/risk_header/read/", ""}},
    {"PkiManagement: Read", {"/certificate_authorities/read/", "/certificate_templates/read/"}},
    {"PkiManagement: Modify",
     {"/certificate_authorities/modify/", "/certificate_templates/modify/"}},
    {"SSH: ServerAdmin", {"/ssh/server_admin/", ""}},
    {"SSH: EnterpriseAdmin", {"/ssh/enterprise_admin/", ""}},
    {"WorkflowInstances: ReadAll", {"/workflows/instances/read/", ""}},
    {"WorkflowInstances: ReadMy", {"/workflows/instances/read/mine/", ""}},
    {"WorkflowInstances: ReadAssignedToMe", {"/workflows/instances/read/pending/", ""}}};

std::string lower(std::string_view text) {
  std::string folded(text);
  std::ranges::transform(folded, folded.begin(), [](unsigned char c) { return std::tolower(c); });
  return folded;
}

TEST(OlderNames, HaveBecomeTheirStrings) {
  std::set<std::string_view> names;
  for (const OlderName& each : older_names()) {
    EXPECT_TRUE(names.insert(each.name).second) << each.name << " stands there twice";
    const auto other = other_names.find(each.name);
    if (other != other_names.end()) {
      EXPECT_EQ(each.strings, other->second) << each.name;
      continue;
    }
    const auto colon = each.name.find(": ");
    ASSERT_NE(colon, each.name.npos) << each.name;
    EXPECT_EQ(each.strings.front(), std::string(plain_areas.at(each.name.substr(0, colon))) +
                                        lower(each.name.substr(colon + 2)) + "/");
    EXPECT_EQ(each.strings.back(), "") << each.name;
  }
  for (const auto& [name, strings] : other_names) EXPECT_TRUE(names.contains(name)) << name;
}

TEST(OlderNames, StringsAreOfTheCatalogue) {
  for (const OlderName& each : older_names())
    for (const std::string_view string : each.strings)
      if (!string.empty()) {
        EXPECT_NE(find_entry(string), nullptr) << each.name;
      }
}

TEST(OlderNames, ExceptionsAreNamed) {
  for (const OlderName& each : older_names()) {
    EXPECT_EQ(each.relation == Relation::same, each.exception.empty()) << each.name;
    EXPECT_EQ(each.relation == Relation::split, !each.strings.back().empty()) << each.name;
    const auto sharing = older_names_of(*find_entry(each.strings.front())).size();
    EXPECT_EQ(each.relation == Relation::shared, sharing > 1) << each.name;
    EXPECT_TRUE(each.description.ends_with('.')) << each.name;
  }
}

TEST(OlderNames, AreFoundExactlyAsWritten) {
  ASSERT_NE(find_older_name("WorkflowManagement: Participate"), nullptr);
  EXPECT_EQ(find_older_name("WorkflowManagement: Participate")->section, "Certificate Requests");
  EXPECT_EQ(find_older_name("workflowmanagement: participate"), nullptr);
  EXPECT_EQ(find_older_name("WorkflowManagement:Participate"), nullptr);
}

/// Areas in which every string is to have an operation, and how many have one. It never falls:
/// raise it when an operation was added.
struct Covered {
  const char* area;
  int with_operations;
};
constexpr Covered covered[] = {{"security", 3},
                               {"identity_providers", 3},
                               {"workflows", 9},
                               {"auditing", 2},
                               {"agents", 4},
                               {"metadata", 4},
                               {"system_settings", 3},
                               {"application_settings", 3},
                               {"certificates", 5},
                               {"certificate_stores", 7},
                               {"pam", 5}};

TEST(Catalogue, StringsWithOperationsNeverGetFewer) {
  for (const Covered& each : covered) {
    int with = 0;
    for (const CatalogueEntry& entry : catalogue())
      if (area(entry.string) == each.area && !operations_behind(entry).empty()) ++with;
    EXPECT_GE(with, each.with_operations) << "/" << each.area << "/";
  }
}

TEST(Catalogue, EveryOperationAsksForStringsOfIt) {
  for (const Operation& each : operations()) {
    // What is every account's own matter asks for nothing.
    if (each.scope != Scope::account) {
      EXPECT_FALSE(each.asks.front().empty()) << each.name;
    }
    for (const std::string_view string : each.asks) {
      if (string.empty()) continue;
      const CatalogueEntry* const entry = find_entry(string);
      ASSERT_NE(entry, nullptr) << each.name << " asks for " << string;
      const auto behind = operations_behind(*entry);
      EXPECT_NE(std::ranges::find(behind, &each), behind.end()) << each.name;
    }
  }
}

TEST(Catalogue, NothingByMembershipStandsBehindTheRoot) {
  const auto behind = operations_behind(*find_entry("/"));
  for (const Operation& each : operations()) {
    const auto asked = entries_asked_by(each);
    const bool by_string =
        std::ranges::any_of(asked, [](const auto* entry) { return !entry->by_membership; });
    EXPECT_EQ(std::ranges::find(behind, &each) != behind.end(), by_string) << each.name;
  }
}

}  // namespace
}  // namespace countersign
