// The table of tools that `countersign setup` prints from.
#include "tools/cli/tool_lines.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tools/cli/verb.h"

namespace countersign {
namespace {

ToolFacts facts(KeyType key = KeyType::rsa) {
  return {"/opt/My Libs/libcountersign.so", "/engines/pkcs11.so", "release", 7, key};
}

std::string line_of(const char* tool, const std::string& what, KeyType key = KeyType::rsa) {
  for (const Tool& each : tools())
    if (each.name == std::string(tool))
      for (const ToolLine& line : each.lines(facts(key)))
        if (line.what == what) return line.command;
  return "";
}

TEST(ToolLines, EveryToolHasLinesAndAPackage) {
  for (const Tool& each : tools()) {
    const auto lines = each.lines(facts());
    EXPECT_GE(lines.size(), 2U) << each.name;
    EXPECT_NE(std::string(each.package), "") << each.name;
    for (const ToolLine& line : lines) {
      EXPECT_NE(line.what, "") << each.name;
      EXPECT_NE(line.command, "") << each.name;
      EXPECT_EQ(line.command.find('\n'), std::string::npos) << line.command;
    }
  }
}

TEST(ToolLines, AreInOrderAndInTheHelp) {
  EXPECT_TRUE(
      std::ranges::is_sorted(tools(), {}, [](const Tool& each) { return std::string(each.name); }));
  const auto verbs = all_verbs();
  const auto setup = std::ranges::find(verbs, "setup", &Verb::words);
  ASSERT_NE(setup, verbs.end());
  for (const Tool& each : tools())
    EXPECT_NE(setup->parameters.front().help.find(each.name), std::string::npos) << each.name;
}

TEST(ToolLines, PathsAreQuotedForTheShell) {
  for (const Tool& each : tools())
    for (const ToolLine& line : each.lines(facts()))
      EXPECT_EQ(line.command.find("My Libs") == std::string::npos,
                line.command.find("'/opt/My Libs/libcountersign.so'") == std::string::npos)
          << line.command;
  EXPECT_EQ(shell_word("/usr/lib/x-1.0/a_b.so"), "/usr/lib/x-1.0/a_b.so");
  EXPECT_EQ(shell_word("a;b"), "'a;b'");
  EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_word("$(x)"), "'$(x)'");
  EXPECT_EQ(shell_word(""), "''");
}

TEST(ToolLines, FollowTheKey) {
  EXPECT_NE(line_of("pkcs11-tool", "Sign a file").find("SHA256-RSA-PKCS "), std::string::npos);
  EXPECT_NE(line_of("pkcs11-tool", "Sign a file", KeyType::ec_p384)
                .find("ECDSA-SHA256 --signature-format openssl"),
            std::string::npos);
  EXPECT_NE(line_of("pkcs11-tool", "Sign a file", KeyType::ed25519).find("EDDSA"),
            std::string::npos);
  EXPECT_NE(line_of("jarsigner", "Describe the signer to Java").find("slot = 7"),
            std::string::npos);
}

}  // namespace
}  // namespace countersign
