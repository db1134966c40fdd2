// The mark as a file: what it holds, what it survives, and when it says that it is not the one any
// more.
#include "policy/high_water_mark.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "tests/gateway/temporary_folder.h"

namespace countersign {
namespace {

constexpr const char* first = "gw\n0\nroot\n\n— gw signature\n";
constexpr const char* second = "gw\n12\nanother root\n\n— gw another signature\n";

class HighWaterMarkTest : public testing::Test {
 protected:
  HighWaterMarkTest() { EXPECT_TRUE(HighWaterMark::create(path_, first)); }

  HighWaterMark open() {
    auto mark = HighWaterMark::open(path_);
    if (!mark) throw std::runtime_error(mark.error().text());
    return std::move(*mark);
  }
  std::string open_code() {
    const auto mark = HighWaterMark::open(path_);
    return mark ? "ok" : mark.error().code;
  }

  TemporaryFolder folder_;
  const std::string path_ = folder_.path("head");
};

TEST_F(HighWaterMarkTest, KeepsTheHeadItWasGivenLast) {
  EXPECT_EQ(open().head(), first);
  {
    HighWaterMark mark = open();
    ASSERT_TRUE(mark.advance(second));
    EXPECT_EQ(mark.head(), second);
  }
  EXPECT_EQ(open().head(), second);
  ASSERT_TRUE(open().advance(first));  // a shorter one leaves nothing of the longer
  EXPECT_EQ(open().head(), first);
}

TEST_F(HighWaterMarkTest, IsOneSectorThatNobodyElseReadsAndIsWrittenInPlace) {
  struct stat before {};
  ASSERT_EQ(stat(path_.c_str(), &before), 0);
  EXPECT_EQ(before.st_size, 512);
  EXPECT_EQ(before.st_mode & 0777U, 0600U);
  HighWaterMark mark = open();
  ASSERT_TRUE(mark.advance(second));
  ASSERT_TRUE(mark.sync());
  struct stat after {};
  ASSERT_EQ(stat(path_.c_str(), &after), 0);
  EXPECT_EQ(after.st_size, 512);
  EXPECT_EQ(after.st_ino, before.st_ino);
}

TEST_F(HighWaterMarkTest, IsNeverMadeTwice) {
  const auto again = HighWaterMark::create(path_, second);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, "file_exists");
  EXPECT_EQ(open().head(), first);
  EXPECT_EQ(HighWaterMark::create(folder_.path("none/head"), first).error().code,
            "file_unwritable");
}

TEST_F(HighWaterMarkTest, RefusesAFileThatIsNotThereOrThatOthersCanWrite) {
  chmod(path_.c_str(), 0666);
  EXPECT_EQ(open_code(), "file_not_trusted");
  std::filesystem::remove(path_);
  EXPECT_EQ(open_code(), "file_missing");
}

TEST_F(HighWaterMarkTest, GivesWhateverSomebodyElseWrote) {
  std::ofstream(path_) << "nonsense";
  EXPECT_EQ(open().head(), "nonsense");
  std::ofstream(path_) << std::string(513, 'x');
  EXPECT_EQ(open_code(), "file_too_large");
}

TEST_F(HighWaterMarkTest, KnowsWhenItIsNotTheFileUnderItsPath) {
  HighWaterMark mark = open();
  EXPECT_TRUE(mark.in_place());
  std::filesystem::rename(path_, path_ + ".away");
  EXPECT_FALSE(mark.in_place());
  ASSERT_TRUE(HighWaterMark::create(path_, first));
  EXPECT_FALSE(mark.in_place());
  std::filesystem::rename(path_ + ".away", path_);
  EXPECT_TRUE(mark.in_place());
}

TEST_F(HighWaterMarkTest, IsNoDevice) {
  std::filesystem::remove(path_);
  std::filesystem::create_symlink("/dev/full", path_);
  EXPECT_EQ(open_code(), "file_not_trusted");
}

}  // namespace
}  // namespace countersign
