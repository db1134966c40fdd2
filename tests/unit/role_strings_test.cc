// What may stand in a role and in a permission set.
#include "policy/model/permissions/role_strings.h"

#include <gtest/gtest.h>

namespace countersign {
namespace {

Result<std::vector<Permission>> read(const std::vector<std::string>& strings,
                                     const std::vector<std::string>& cap = {"/"}) {
  std::vector<Permission> set;
  for (const std::string& each : cap) set.push_back(*Permission::parse(each));
  return read_role_strings(strings, set);
}

std::string code(const std::vector<std::string>& strings,
                 const std::vector<std::string>& cap = {"/"}) {
  const auto done = read(strings, cap);
  return done ? "ok" : done.error().code;
}

TEST(RoleStrings, AreKeptInOrder) {
  const auto done = read({"/security/read/", "/pam/read/5/", "/pam/read/55/", "/auditing/"});
  ASSERT_TRUE(done);
  ASSERT_EQ(done->size(), 4U);
  EXPECT_EQ(done->at(1).text(), "/pam/read/5/");
  EXPECT_EQ(code({}), "ok");
}

TEST(RoleStrings, OneThatAnotherCoversIsRefusedNamingBoth) {
  for (const auto& strings :
       std::vector<std::vector<std::string>>{{"/security/", "/auditing/", "/security/read/"},
                                             {"/security/read/", "/auditing/", "/security/"}}) {
    const auto done = read(strings);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, "covered_permission");
    EXPECT_EQ(done.error().message,
              "\"/security/read/\" is covered by \"/security/\" among the same strings");
  }
  EXPECT_EQ(code({"/pam/read/", "/pam/read/5/"}), "covered_permission");
  EXPECT_EQ(code({"/", "/pam/"}), "covered_permission");
  EXPECT_EQ(code({"/pam/", "/pam/"}), "covered_permission");
}

TEST(RoleStrings, StayWithinThePermissionSet) {
  EXPECT_EQ(code({"/pam/read/5/"}, {"/security/", "/pam/read/"}), "ok");
  EXPECT_EQ(code({"/pam/read/"}, {"/pam/read/5/"}), "outside_permission_set");
  EXPECT_EQ(code({"/pam/"}, {"/pam/read/", "/pam/modify/"}), "outside_permission_set");
  EXPECT_EQ(code({"/"}, {"/security/"}), "outside_permission_set");
  EXPECT_EQ(code({"/pam/"}, {}), "outside_permission_set");
}

TEST(RoleStrings, NothingThatOnlyMembershipGives) {
  for (const CatalogueEntry& each : catalogue())
    if (each.by_membership) {
      EXPECT_EQ(code({Permission::of(each, 5).text()}), "by_membership") << each.string;
    }
}

TEST(RoleStrings, AreBounded) {
  std::vector<std::string> many;
  for (int i = 1; i <= 501; ++i) many.push_back("/pam/read/" + std::to_string(i) + "/");
  EXPECT_EQ(code(many), "too_many_permissions");
  many.pop_back();
  EXPECT_EQ(code(many), "ok");
}

TEST(RoleStrings, WithoutOperationsAreTold) {
  const auto done = read({"/ssh/user/", "/security/read/"});
  const auto without = without_operations(*done);
  ASSERT_EQ(without.size(), 1U);
  EXPECT_EQ(without.front().text(), "/ssh/user/");
}

}  // namespace
}  // namespace countersign
