// A store that fails while it is open: nothing is done with it until it has been opened again, and
// is known to have lost nothing.
#include "gateway/server/store_keeper.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/gateway/temporary_folder.h"

namespace countersign::server {
namespace {

class StoreKeeperTest : public testing::Test {
 protected:
  StoreKeeperTest() {
    auto made = PolicyStore::create(path_, key_, "gw", clock_);
    if (!made) throw std::runtime_error(made.error().text());
    made->reset();
    std::filesystem::copy_file(path_, older_);
    auto opened = PolicyStore::open(path_, key_, "gw", clock_);
    if (!opened) throw std::runtime_error(opened.error().text());
    EXPECT_TRUE((*opened)->run(fill_));
    opened->reset();
    std::filesystem::copy_file(path_, good_);
  }

  std::string run(const PolicyStore::Work& work) {
    const Status done = keeper_.run(std::span(&work, 1)).front();
    return done ? "ok" : done.error().code;
  }
  std::string failure() const { return keeper_.failure() ? keeper_.failure()->code : ""; }

  /// The middle of the file: what everybody reads who opens the store is elsewhere.
  void damage() const {
    const auto size = std::filesystem::file_size(path_);
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(size / 4));
    file << std::string(size / 2, '\xff');
  }
  void put_in_its_place(const std::string& other) const {
    std::filesystem::copy_file(other, path_, std::filesystem::copy_options::overwrite_existing);
  }
  /// Until the store may be opened again.
  static void wait() { std::this_thread::sleep_for(std::chrono::milliseconds(1100)); }

  /// More than SQLite keeps in memory.
  const PolicyStore::Work fill_ = [](Transaction& transaction) -> Status {
    for (int i = 0; i < 1500; ++i)
      transaction.record({std::string(record_kind::change),
                          {},
                          {},
                          {},
                          "",
                          {{"text", std::string(4096, 'x')}},
                          {}});
    return {};
  };
  const PolicyStore::Work read_all_ = [](Transaction& transaction) -> Status {
    RecordNumber last = -1;
    for (auto some = transaction.log.list(last, 100); !some.empty();
         some = transaction.log.list(last, 100))
      last = some.back().number;
    return {};
  };
  const PolicyStore::Work nothing_ = [](Transaction&) -> Status { return {}; };

  TemporaryFolder folder_;
  const std::string path_ = folder_.path("store.db");
  const std::string older_ = folder_.path("older.db");
  const std::string good_ = folder_.path("good.db");
  const LogKey key_ = LogKey::generate();
  const SystemClock clock_;
  int opened_ = 0;
  StoreKeeper keeper_{[this] {
    ++opened_;
    return PolicyStore::open(path_, key_, "gw", clock_);
  }};
};

TEST_F(StoreKeeperTest, OpensTheStoreWhenItIsWanted) {
  EXPECT_EQ(opened_, 0);
  EXPECT_EQ(run(nothing_), "ok");
  EXPECT_EQ(run(read_all_), "ok");
  EXPECT_EQ(opened_, 1);
  keeper_.close();
  EXPECT_EQ(run(nothing_), "ok");
  EXPECT_EQ(opened_, 2);
  EXPECT_EQ(failure(), "");
}

TEST_F(StoreKeeperTest, AStoreThatFailedIsNotUsedBeforeItIsOpenedAgainAndWhole) {
  EXPECT_EQ(run(nothing_), "ok");
  damage();
  EXPECT_EQ(run(read_all_), "store_damaged");
  EXPECT_EQ(failure(), "store_damaged");
  EXPECT_EQ(run(nothing_), "store_damaged");
  EXPECT_EQ(opened_, 1);  // not at each call
  wait();
  EXPECT_EQ(run(nothing_), "store_damaged");
  EXPECT_EQ(opened_, 2);
  put_in_its_place(good_);
  wait();
  keeper_.tend();
  EXPECT_EQ(failure(), "");
  EXPECT_EQ(run(read_all_), "ok");
  EXPECT_EQ(opened_, 3);
}

TEST_F(StoreKeeperTest, AStoreThatLostWhatThisProcessCommittedIsNotUsed) {
  EXPECT_EQ(run(nothing_), "ok");
  damage();
  EXPECT_EQ(run(read_all_), "store_damaged");
  put_in_its_place(older_);
  wait();
  EXPECT_EQ(run(nothing_), "recovery_needed");
  EXPECT_EQ(failure(), "recovery_needed");
  put_in_its_place(good_);
  wait();
  EXPECT_EQ(run(nothing_), "ok");
  EXPECT_EQ(failure(), "");
}

}  // namespace
}  // namespace countersign::server
