#include "tools/cli/manual.h"

#include <gtest/gtest.h>

#include "tools/cli/verb.h"

namespace countersign {
namespace {

const Verb example{
    "thing make",
    "Make a thing",
    nullptr,
    {word("NAME", "Its name"), required_option("--reason", "TEXT", "Why"), flag("--fast", "Hurry")},
    "countersign thing make .x --reason 'a\\b'",
    nullptr};

TEST(Manual, TextIsPrintedUnchanged) {
  EXPECT_EQ(troff("a-b"), "a\\-b");
  EXPECT_EQ(troff(".x"), "\\&.x");
  EXPECT_EQ(troff("'a\\b'"), "\\&\\(aqa\\eb\\(aq");
}

TEST(Manual, VerbHasUsageParametersAndExample) {
  EXPECT_EQ(verbs_manual({example}),
            ".SS thing make\n"
            "Make a thing.\n"
            ".PP\n"
            "\\fBcountersign thing make\\fR \\fINAME\\fR \\fB\\-\\-reason\\fR \\fITEXT\\fR "
            "[\\fB\\-\\-fast\\fR]\n"
            ".TP\n\\fINAME\\fR\nIts name.\n"
            ".TP\n\\fB\\-\\-reason\\fR \\fITEXT\\fR\nWhy.\n"
            ".TP\n\\fB\\-\\-fast\\fR\nHurry.\n"
            ".PP\nExample:\n.RS 4\n"
            "countersign thing make .x \\-\\-reason \\(aqa\\eb\\(aq\n.RE\n");
}

TEST(Manual, CompletionTableSaysWhatFollowsAnOption) {
  EXPECT_EQ(completion_table({example}), "thing make|NAME|--reason=TEXT --fast\n");
}

// The table stands between single quotes in a shell script, and its columns between bars.
TEST(Manual, CompletionTableNeedsNoQuoting) {
  for (const char each : completion_table(all_verbs()))
    EXPECT_TRUE(std::isalnum(static_cast<unsigned char>(each)) ||
                std::string(" |=-_\n").find(each) != std::string::npos)
        << each;
}

}  // namespace
}  // namespace countersign
