// Who may do what on a signer and on an application, cell by cell.
#include "policy/model/permissions/layered_role.h"

#include <gtest/gtest.h>

#include <set>

#include "policy/model/permissions/right_decision.h"

namespace countersign {
namespace {

constexpr ObjectId signer = 7;
constexpr ObjectId application = 3;
constexpr bool no = false;
constexpr bool yes = true;

/// What is asked of signer 7, or of application 3; signer 7 is in application 3.
AskedRight ask(std::string_view string) {
  const CatalogueEntry* const entry = find_entry(string);
  if (entry == nullptr) ADD_FAILURE() << string;
  if (entry->level == Level::application)
    return {Permission::of(*entry, application), std::nullopt};
  return {Permission::of(*entry, signer), application};
}

bool member_may(LayeredRole role, ObjectId object, const AskedRight& asked) {
  return decide_right(asked, {{}, {{{}, role, object, "release"}}}).allowed;
}

bool root_may(const AskedRight& asked) {
  const Permission root = *Permission::parse("/");
  return decide_right(asked, {{{{}, "everything", "Global", {root}, root}}, {}}).allowed;
}

struct SignerRow {
  const char* right;
  bool admin;
  bool op;
  bool auditor;
  bool product_admin;
  bool root;  ///< a role with "/"
};

// What a non-member may only propose, or have done by quorum, is a right of its own.
constexpr SignerRow signer_rows[] = {
    // right                        signer admin, operator, auditor; product admin; "/"
    {"/signers/read/#/", yes, yes, yes, yes, yes},
    {"/signers/certificate/read/#/", yes, yes, yes, no, yes},
    {"/signers/sign/#/", yes, yes, no, no, no},
    {"/signers/request/#/", yes, yes, no, no, no},
    {"/signers/approve/#/", yes, yes, yes, no, no},
    {"/signers/pre_approve/#/", yes, no, no, no, no},
    {"/signers/revoke/#/", yes, no, no, no, no},
    {"/signers/tighten/#/", yes, no, no, no, no},
    {"/signers/freeze/#/", yes, no, no, yes, yes},
    {"/signers/loosen/#/", yes, no, no, no, no},
    {"/signers/unfreeze/#/", yes, no, no, no, no},
    {"/signers/members/modify/#/", yes, no, no, no, no},
    {"/signers/members/propose/#/", no, no, no, yes, yes},
    {"/signers/settings/modify/#/", yes, no, no, no, no},
    {"/signers/retire/#/", yes, no, no, no, no},
    {"/signers/retire/propose/#/", no, no, no, no, yes},
};

TEST(LayeredRoles, OnASigner) {
  for (const SignerRow& row : signer_rows) {
    const AskedRight asked = ask(row.right);
    EXPECT_EQ(member_may(LayeredRole::signer_admin, signer, asked), row.admin) << row.right;
    EXPECT_EQ(member_may(LayeredRole::signer_operator, signer, asked), row.op) << row.right;
    EXPECT_EQ(member_may(LayeredRole::signer_auditor, signer, asked), row.auditor) << row.right;
    EXPECT_EQ(member_may(LayeredRole::product_admin, 0, asked), row.product_admin) << row.right;
    EXPECT_FALSE(member_may(LayeredRole::product_member, 0, asked)) << row.right;
    EXPECT_EQ(root_may(asked), row.root) << row.right;
  }
}

TEST(LayeredRoles, OnAnApplication) {
  struct Row {
    const char* right;
    bool admin;
    bool op;
    bool auditor;
  };
  constexpr Row rows[] = {{"/applications/read/#/", yes, yes, yes},
                          {"/applications/certificates/modify/#/", yes, yes, no},
                          {"/applications/settings/modify/#/", yes, no, no},
                          {"/applications/members/modify/#/", yes, no, no},
                          {"/certificate_stores/read/#/", yes, yes, yes},
                          {"/certificate_stores/modify/#/", no, no, no}};
  for (const Row& row : rows) {
    const AskedRight asked = ask(row.right);
    EXPECT_EQ(member_may(LayeredRole::application_admin, application, asked), row.admin);
    EXPECT_EQ(member_may(LayeredRole::application_operator, application, asked), row.op);
    EXPECT_EQ(member_may(LayeredRole::application_auditor, application, asked), row.auditor);
    EXPECT_FALSE(member_may(LayeredRole::product_member, 0, asked)) << row.right;
  }
}

TEST(LayeredRoles, EveryRightOnASignerOrApplicationIsInTheTable) {
  std::set<std::string_view> tested{"/applications/read/#/", "/applications/certificates/modify/#/",
                                    "/applications/settings/modify/#/",
                                    "/applications/members/modify/#/",
                                    "/applications/members/propose/#/"};
  for (const SignerRow& row : signer_rows) tested.insert(row.right);
  for (const CatalogueEntry& each : catalogue())
    EXPECT_EQ(each.level == Level::signer || each.level == Level::application,
              tested.contains(each.string))
        << each.string;
}

TEST(LayeredRoles, ReachOnlyTheObjectTheyAreHeldOn) {
  for (const SignerRow& row : signer_rows)
    for (const LayeredRole role : {LayeredRole::signer_auditor, LayeredRole::signer_operator,
                                   LayeredRole::signer_admin, LayeredRole::application_admin})
      for (const ObjectId other : {77, 70, 1, 0})
        EXPECT_FALSE(member_may(role, other, ask(row.right))) << row.right << other;
}

TEST(LayeredRoles, AnApplicationsMembersOnlySeeItsSigners) {
  for (const SignerRow& row : signer_rows)
    for (const LayeredRole role :
         {LayeredRole::application_auditor, LayeredRole::application_operator,
          LayeredRole::application_admin}) {
      const std::string_view right = row.right;
      const bool sees = right == "/signers/read/#/" || right == "/signers/certificate/read/#/";
      EXPECT_EQ(member_may(role, application, ask(right)), sees) << right;
      AskedRight elsewhere = ask(right);
      elsewhere.application = std::nullopt;
      EXPECT_FALSE(member_may(role, application, elsewhere)) << right;
    }
}

// A number is one of a signer or one of an application; the same number of the other is nothing.
TEST(LayeredRoles, NumbersOfTwoLayersAreNotMixed) {
  const AskedRight see{Permission::of(*find_entry("/signers/read/#/"), application), std::nullopt};
  EXPECT_FALSE(member_may(LayeredRole::application_admin, application, see));
  const AskedRight look{Permission::of(*find_entry("/applications/read/#/"), signer), std::nullopt};
  EXPECT_FALSE(member_may(LayeredRole::signer_admin, signer, look));
}

TEST(LayeredRoles, BundlesAreStringsOfTheCatalogueAndProductOnesHoldNothingByMembership) {
  for (int i = 0; i <= static_cast<int>(LayeredRole::signer_admin); ++i) {
    const auto role = static_cast<LayeredRole>(i);
    EXPECT_FALSE(bundle_of(role).empty()) << to_text(role);
    for (const std::string_view right : bundle_of(role)) {
      const CatalogueEntry* const entry = find_entry(right);
      ASSERT_NE(entry, nullptr) << right;
      if (layer_of(role) == Layer::product) {
        EXPECT_FALSE(entry->by_membership) << right;
        EXPECT_EQ(entry->level, Level::global) << right;
      }
    }
    EXPECT_EQ(layered_role_from_text(layer_of(role), to_text(role)), role);
  }
  EXPECT_EQ(layered_role_from_text(Layer::product, "operator"), std::nullopt);
}

TEST(LayeredRoles, NoBundleHoldsWhatItHoldsAnyway) {
  for (int i = 0; i <= static_cast<int>(LayeredRole::signer_admin); ++i) {
    const auto bundle = bundle_of(static_cast<LayeredRole>(i));
    for (const std::string_view above : bundle)
      for (const std::string_view below : bundle)
        EXPECT_EQ(below.starts_with(above), above == below) << above << " " << below;
  }
}

}  // namespace
}  // namespace countersign
