// A folder for one test, gone when it ends.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <string>

namespace countersign {

class TemporaryFolder : public testing::Test {
 protected:
  TemporaryFolder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "countersign-test-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~TemporaryFolder() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return folder_ / name; }
  auto count() const { return std::distance(std::filesystem::directory_iterator(folder_), {}); }

 private:
  std::filesystem::path folder_;
};

}  // namespace countersign
