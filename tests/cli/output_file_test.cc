#include "tools/cli/output_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/cli/temporary_folder.h"

namespace countersign {
namespace {

using OutputFile = TemporaryFolder;

TEST_F(OutputFile, AppearsWholeAndReplacesWhatWasThere) {
  ASSERT_TRUE(write_output_file(path("a"), as_bytes("first")));
  ASSERT_TRUE(write_output_file(path("a"), as_bytes("2")));
  std::ifstream file(path("a"));
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "2");
  EXPECT_EQ(count(), 1);
}

TEST_F(OutputFile, LeavesNothingBehindWhenItFails) {
  std::filesystem::create_directory(path("folder"));
  EXPECT_FALSE(check_output_file(path("folder")));
  EXPECT_FALSE(write_output_file(path("folder"), as_bytes("x")));
  EXPECT_FALSE(check_output_file(path("missing/a")));
  EXPECT_FALSE(write_output_file(path("missing/a"), as_bytes("x")));
  EXPECT_EQ(count(), 1);
}

}  // namespace
}  // namespace countersign
