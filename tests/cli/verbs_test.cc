// Every operation has a verb, every verb an operation: the table is the one list.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "policy/model/operation.h"
#include "tools/cli/command_line.h"
#include "tools/cli/verb.h"

namespace countersign {
namespace {

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> words;
  std::istringstream in{std::string(text)};
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

const Verb* find_verb(const std::vector<Verb>& verbs, std::string_view words) {
  const auto found = std::find_if(verbs.begin(), verbs.end(),
                                  [&](const Verb& each) { return each.words == words; });
  return found == verbs.end() ? nullptr : &*found;
}

TEST(Verbs, EveryOperationHasOne) {
  const auto verbs = all_verbs();
  for (const Operation& row : operations()) {
    const Verb* const verb = find_verb(verbs, verb_words(row));
    ASSERT_NE(verb, nullptr) << row.name;
    for (const std::string& each : split(row.verb.substr(verb_words(row).size())))
      EXPECT_TRUE(std::any_of(verb->parameters.begin(), verb->parameters.end(),
                              [&](const Parameter& parameter) { return parameter.name == each; }))
          << row.name << " is selected by " << each;
  }
}

/// Verbs that are no single operation of the gateway.
bool stands_alone(const Verb& verb) {
  static const std::set<std::string> known{
      "init",         "store restore",   "recover",         "doctor",        "setup",
      "sign-digest",  "permission list", "permission show", "request watch", "handler list",
      "handler show", "handler test",    "handler resend"};
  return known.contains(verb.words);
}

TEST(Verbs, EveryOtherOneHasAnOperation) {
  std::set<std::string> words;
  for (const Verb& each : all_verbs()) {
    EXPECT_TRUE(words.insert(each.words).second) << each.words << " stands there twice";
    if (stands_alone(each)) continue;
    ASSERT_NE(each.operation, nullptr) << each.words;
    EXPECT_EQ(each.words, verb_words(*each.operation));
    EXPECT_EQ(each.summary, each.operation->summary);
  }
}

TEST(Verbs, HelpHasSummaryAndExample) {
  for (const Verb& each : all_verbs()) {
    std::vector<std::string> words = split("countersign " + each.words + " --help");
    std::vector<const char*> argv;
    for (const std::string& word : words) argv.push_back(word.c_str());
    std::ostringstream out;
    std::ostringstream err;
    EXPECT_EQ(run_command_line(static_cast<int>(argv.size()), argv.data(), out, err), ExitCode::ok);
    EXPECT_NE(out.str().find(each.summary), std::string::npos) << out.str();
    EXPECT_NE(out.str().find("Example:\n  countersign " + each.words), std::string::npos)
        << out.str();
    EXPECT_EQ(err.str(), "");
  }
}

}  // namespace
}  // namespace countersign
