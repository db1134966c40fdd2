// What the command line answers before it asks anybody.
#include "tools/cli/command_line.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "tests/cli/outcome.h"

namespace countersign {
namespace {

TEST(CommandLine, WrongUseIsOneLineOnStderrAndTwo) {
  const std::vector<std::vector<const char*>> wrong = {
      {},
      {"nonsense"},
      {"signer"},
      {"signer", "nonsense"},
      {"signer", "freeze", "release"},
      {"signer", "freeze", "--reason", "x"},
      {"signer", "freeze", "release", "extra", "--reason", "x"},
      {"signer", "freeze", "release", "--reason", "x", "--reason", "y"},
      {"signer", "freeze", "release", "--reason", "x", "--force"},
      {"request", "show", "twelve"},
      {"request", "show", "-1"},
      {"request", "show", "99999999999999999999"},
      {"request", "create", "release", "--reason", "x", "--count", "2.5"},
      {"request", "reject", "1"},
      {"log", "verify"},
  };
  for (const auto& words : wrong) {
    const Outcome outcome = run(words);
    std::string line = "countersign";
    for (const char* word : words) line += std::string(" ") + word;
    EXPECT_EQ(outcome.code, ExitCode::invalid) << line;
    EXPECT_EQ(outcome.out, "") << line;
    EXPECT_EQ(outcome.err.substr(0, 13), "countersign: ") << line;
    EXPECT_EQ(outcome.err.find('\n'), outcome.err.size() - 1) << line << ": " << outcome.err;
    EXPECT_NE(outcome.err.find("; see `countersign"), std::string::npos) << outcome.err;
  }
}

TEST(CommandLine, AMistypedWordIsNamed) {
  const Outcome outcome = run({"signer", "freze", "release"});
  EXPECT_EQ(outcome.err,
            "countersign: \"freze\" is not known here; see `countersign signer --help`\n");
}

TEST(CommandLine, WithJsonTheErrorIsAnObject) {
  for (const auto& words : {std::vector<const char*>{"--json", "signer", "show"},
                            std::vector<const char*>{"signer", "show", "--json"}}) {
    const Outcome outcome = run(words);
    const auto error = nlohmann::json::parse(outcome.err);
    EXPECT_EQ(error.at("error").at("code"), "bad_command_line");
    EXPECT_EQ(outcome.out, "");
  }
}

TEST(CommandLine, HelpListsTheExitCodes) {
  const Outcome outcome = run({"--help"});
  EXPECT_EQ(outcome.code, ExitCode::ok);
  for (int code = 0; code <= static_cast<int>(ExitCode::not_verified); ++code)
    EXPECT_NE(outcome.out.find("\n  " + std::to_string(code) + "  "), std::string::npos) << code;
}

TEST(CommandLine, VersionIsTheProjects) {
  const Outcome outcome = run({"--version"});
  EXPECT_EQ(outcome.code, ExitCode::ok);
  EXPECT_EQ(outcome.out, "countersign " COUNTERSIGN_VERSION "\n");
}

TEST(CommandLine, EveryKindOfErrorHasItsExitCode) {
  const auto code = [](ErrorKind kind) { return exit_code(Error{kind, "x", "x", ""}); };
  EXPECT_EQ(code(ErrorKind::internal), ExitCode::internal);
  EXPECT_EQ(code(ErrorKind::invalid), ExitCode::invalid);
  EXPECT_EQ(code(ErrorKind::denied), ExitCode::denied);
  EXPECT_EQ(code(ErrorKind::not_found), ExitCode::not_found);
  EXPECT_EQ(code(ErrorKind::conflict), ExitCode::conflict);
  EXPECT_EQ(code(ErrorKind::unauthenticated), ExitCode::unauthenticated);
  EXPECT_EQ(code(ErrorKind::unavailable), ExitCode::unavailable);
  EXPECT_EQ(exit_code(Error{ErrorKind::conflict, log_not_verified, "x", ""}),
            ExitCode::not_verified);
}

}  // namespace
}  // namespace countersign
