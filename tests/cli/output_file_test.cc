#include "tools/cli/output_file.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace countersign {
namespace {

namespace fs = std::filesystem;

class OutputFile : public testing::Test {
 protected:
  OutputFile() {
    std::string pattern = (fs::temp_directory_path() / "countersign-test-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~OutputFile() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return folder_ / name; }
  auto count() const { return std::distance(fs::directory_iterator(folder_), {}); }

 private:
  fs::path folder_;
};

TEST_F(OutputFile, AppearsWholeAndReplacesWhatWasThere) {
  ASSERT_TRUE(write_output_file(path("a"), as_bytes("first")));
  ASSERT_TRUE(write_output_file(path("a"), as_bytes("2")));
  std::ifstream file(path("a"));
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "2");
  EXPECT_EQ(count(), 1);
}

TEST_F(OutputFile, LeavesNothingBehindWhenItFails) {
  fs::create_directory(path("folder"));
  EXPECT_FALSE(check_output_file(path("folder")));
  EXPECT_FALSE(write_output_file(path("folder"), as_bytes("x")));
  EXPECT_FALSE(check_output_file(path("missing/a")));
  EXPECT_FALSE(write_output_file(path("missing/a"), as_bytes("x")));
  EXPECT_EQ(count(), 1);
}

}  // namespace
}  // namespace countersign
