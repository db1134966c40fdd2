// Permission strings: the grammar, and what covers what, against a model that splits and compares.
#include "policy/model/permissions/permission.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

namespace countersign {
namespace {

Permission parsed(const std::string& text) {
  auto permission = Permission::parse(text);
  EXPECT_TRUE(permission) << text << ": " << permission.error().message;
  return *permission;
}

/// What is said of `text`, "" when it is accepted.
std::string refusal(const std::string& text) {
  const auto permission = Permission::parse(text);
  if (permission) return "";
  EXPECT_EQ(permission.error().code, "bad_permission");
  EXPECT_NE(permission.error().remedy, "");
  const std::string& message = permission.error().message;
  return message.substr(message.rfind("\" ") + 2);
}

TEST(Permissions, AcceptedTextStaysAsItIs) {
  EXPECT_EQ(parsed("/").entry().string, "/");
  EXPECT_EQ(parsed("/agents/management/mac/auto-enrollment/").object(), std::nullopt);
  const Permission one = parsed("/certificate_stores/read/9223372036854775807/");
  EXPECT_EQ(one.text(), "/certificate_stores/read/9223372036854775807/");
  EXPECT_EQ(one.entry().string, "/certificate_stores/read/#/");
  EXPECT_EQ(one.object(), 9223372036854775807);
}

TEST(Permissions, AnythingElseIsRefusedWithThePosition) {
  EXPECT_EQ(refusal(""), "does not begin with a slash, at byte 1");
  EXPECT_EQ(refusal("security/read/"), "does not begin with a slash, at byte 1");
  EXPECT_EQ(refusal("/security/read"), "does not end with a slash, at byte 15");
  EXPECT_EQ(refusal("/security//"), "has an empty segment, at byte 11");
  EXPECT_EQ(refusal("//"), "has an empty segment, at byte 2");
  EXPECT_EQ(refusal("/Security/"), "has a character that is not a-z, _ or -, at byte 2");
  EXPECT_EQ(refusal("/secur ity/"), "has a character that is not a-z, _ or -, at byte 7");
  EXPECT_EQ(refusal("/security/rea\xc3\xa4/"),
            "has a character that is not a-z, _ or -, at byte 14");
  EXPECT_EQ(refusal("/security/write/"), "leaves what there is, at byte 11");
  EXPECT_EQ(refusal("/security/read/more/"), "leaves what there is, at byte 16");
  EXPECT_EQ(refusal("/certificates/requests/"), "is no permission by itself, at byte 24");
  EXPECT_EQ(refusal("/signers/sign/"), "is no permission by itself, at byte 15");
  EXPECT_EQ(refusal(std::string("/security/\0read/", 16)),
            "has a character that is not a-z, _ or -, at byte 11");
  EXPECT_EQ(refusal("/" + std::string(200, 'a') + "/"), "is longer than 100 bytes, at byte 101");
}

TEST(Permissions, NumbersStandOnlyWhereTheCatalogueHasOne) {
  const std::string not_a_number =
      "has a number that is not one from 1 to 9223372036854775807 without leading zeros, at byte ";
  EXPECT_EQ(refusal("/pam/read/#/"), "needs a number in place of #, at byte 11");
  EXPECT_EQ(refusal("/pam/read/0/"), not_a_number + "11");
  EXPECT_EQ(refusal("/pam/read/05/"), not_a_number + "11");
  EXPECT_EQ(refusal("/pam/read/9223372036854775808/"), not_a_number + "11");
  EXPECT_EQ(refusal("/pam/read/5a/"), "has a number that is not one of digits only, at byte 12");
  EXPECT_EQ(refusal("/pam/read/-5/"), "has a character that is not a-z, _ or -, at byte 12");
  EXPECT_EQ(refusal("/pam/5/"), "has a number where none belongs, at byte 6");
  EXPECT_EQ(refusal("/pam/read/5/5/"), "has a number where none belongs, at byte 13");
  EXPECT_EQ(refusal("/certificates/collections/modify/5/"),
            "has a number where none belongs, at byte 34");
}

TEST(Permissions, WhatIsRefusedIsShownPrintably) {
  const auto permission = Permission::parse("/security/\x1b[31m/");
  EXPECT_EQ(permission.error().message.find('\x1b'), std::string::npos);
}

TEST(Permissions, CoverOnSegmentBoundaries) {
  EXPECT_TRUE(parsed("/").covers(parsed("/pam/read/5/")));
  EXPECT_TRUE(parsed("/pam/read/").covers(parsed("/pam/read/5/")));
  EXPECT_TRUE(parsed("/pam/read/5/").covers(parsed("/pam/read/5/")));
  EXPECT_FALSE(parsed("/pam/read/5/").covers(parsed("/pam/read/55/")));
  EXPECT_FALSE(parsed("/pam/read/55/").covers(parsed("/pam/read/5/")));
  EXPECT_FALSE(parsed("/pam/read/5/").covers(parsed("/pam/read/")));
  EXPECT_FALSE(parsed("/pam/modify/").covers(parsed("/pam/read/")));
  EXPECT_FALSE(parsed("/certificates/").covers(parsed("/certificate_stores/")));
}

std::vector<std::string> segments(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> all;
  for (std::string each; std::getline(in, each, '/');)
    if (!each.empty()) all.push_back(each);
  return all;
}

/// Every string of the catalogue, each of an object for several numbers.
std::vector<Permission> every_string() {
  std::vector<Permission> all;
  for (const CatalogueEntry& each : catalogue()) {
    if (each.level == Level::global) all.push_back(Permission::of(each));
    for (const ObjectId object : {1, 5, 15, 51, 55})
      if (each.level != Level::global) all.push_back(Permission::of(each, object));
  }
  return all;
}

TEST(Permissions, CoverWhatBeginsWithTheirSegments) {
  const auto all = every_string();
  for (const Permission& held : all)
    for (const Permission& asked : all) {
      const auto above = segments(held.text());
      const auto below = segments(asked.text());
      const bool begins =
          above.size() <= below.size() && std::equal(above.begin(), above.end(), below.begin());
      EXPECT_EQ(held.covers(asked), begins) << held.text() << " " << asked.text();
    }
}

TEST(Permissions, CoveringNamesAllThatCover) {
  const auto all = every_string();
  for (const Permission& asked : all) {
    std::vector<std::string> named;
    for (const Permission& each : asked.covering()) {
      EXPECT_EQ(each, parsed(each.text()));
      named.push_back(each.text());
    }
    std::vector<std::string> found;
    for (const Permission& held : all)
      if (held.covers(asked)) found.push_back(held.text());
    std::ranges::sort(found);
    EXPECT_EQ(named, found) << asked.text();
  }
}

TEST(Permissions, EveryStringOfTheCatalogueIsRead) {
  for (const Permission& each : every_string()) EXPECT_EQ(parsed(each.text()), each);
}

}  // namespace
}  // namespace countersign
