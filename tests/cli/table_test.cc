#include "tools/cli/table.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace countersign {
namespace {

using nlohmann::json;

TEST(Table, ColumnsAreAlignedInCharacters) {
  const json rows = {{{"name", "a"}, {"count", 12}}, {{"name", "größer"}, {"count", 3}}};
  EXPECT_EQ(table_text(rows, {{"NAME", "name"}, {"COUNT", "count"}}),
            "NAME    COUNT\n"
            "a       12\n"
            "größer  3\n");
}

TEST(Table, NothingInACellReachesTheTerminalRaw) {
  const json rows = {{{"name", "a\x1b[2J\nb\u202ec"}}};
  EXPECT_EQ(table_text(rows, {{"NAME", "name"}}), "NAME\na\\u001b[2J\\u000ab\\u202ec\n");
}

TEST(Table, FieldsAreShownByType) {
  const json object = {{"yes", true}, {"list", {"a", "b"}}, {"null", nullptr}, {"none", {}}};
  EXPECT_EQ(field_text(object, "yes"), "yes");
  EXPECT_EQ(field_text(object, "list"), "a, b");
  EXPECT_EQ(field_text(object, "null"), "");
  EXPECT_EQ(field_text(object, "missing"), "");
  EXPECT_EQ(field_text(json("no object"), "missing"), "");
}

TEST(Table, DetailsLeaveOutWhatIsNotThere) {
  EXPECT_EQ(details_text({{"name", "x"}}, {{"name", "name"}, {"long title", "other"}}),
            "name  x\n");
  EXPECT_EQ(details_text(json::object(), {{"name", "name"}}), "");
}

}  // namespace
}  // namespace countersign
