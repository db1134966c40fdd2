// Files that must not be in anybody else's hand.
#include "core/trusted_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace countersign {
namespace {

class TrustedFile : public testing::Test {
 protected:
  TrustedFile() {
    std::string pattern = (std::filesystem::temp_directory_path() / "countersign-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~TrustedFile() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& content, unsigned mode) {
    std::string path = folder_ + "/file";
    std::ofstream(path) << content;
    chmod(path.c_str(), mode);
    return path;
  }
  template <class T>
  static std::string code(const T& result) {
    return result ? "ok" : result.error().code;
  }
  std::string folder_;
};

TEST_F(TrustedFile, ReadsWhatOnlyWeCanWrite) {
  EXPECT_EQ(*read_trusted_file("the config", file("text", 0644)), "text");
}

TEST_F(TrustedFile, RefusesWhatOthersCanWrite) {
  EXPECT_EQ(code(read_trusted_file("the config", file("text", 0666))), "file_not_trusted");
  EXPECT_EQ(code(read_trusted_file("the config", file("text", 0620))), "file_not_trusted");
  EXPECT_EQ(code(read_trusted_file("the config", folder_)), "file_not_trusted");
  EXPECT_EQ(code(read_trusted_file("the config", folder_ + "/none")), "file_missing");
  const std::string path = file("text", 0644);
  chmod(folder_.c_str(), 0777);
  EXPECT_EQ(code(read_trusted_file("the config", path)), "file_not_trusted");
  chmod(folder_.c_str(), 01777);
  EXPECT_EQ(code(read_trusted_file("the config", path)), "ok");
}

TEST_F(TrustedFile, BelongsToRootOrUs) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  const std::string path = file("text", 0644);
  ASSERT_EQ(chown(path.c_str(), 12345, 12345), 0);
  EXPECT_EQ(code(read_trusted_file("the config", path)), "file_not_trusted");
}

TEST_F(TrustedFile, IsBounded) {
  EXPECT_EQ(code(read_trusted_file("the config", file("12345", 0600), 4)), "file_too_large");
}

TEST_F(TrustedFile, SecretsAreForOurEyesOnly) {
  EXPECT_EQ(read_secret_file("the PIN", file("1234\n", 0600))->view(), "1234");
  EXPECT_EQ(code(read_secret_file("the PIN", file("1234", 0640))), "secret_exposed");
  EXPECT_EQ(code(read_secret_file("the PIN", file("\n", 0600))), "secret_empty");
}

TEST_F(TrustedFile, NewFilesNeverReplaceOthers) {
  const std::string path = folder_ + "/new";
  ASSERT_TRUE(write_new_file("the key", path, "content", 0600));
  EXPECT_EQ(code(write_new_file("the key", path, "other", 0600)), "file_exists");
  EXPECT_EQ(*read_trusted_file("the key", path), "content");
}

}  // namespace
}  // namespace countersign
