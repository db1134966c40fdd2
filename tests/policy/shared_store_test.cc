// One store open in several places at once, as processes of the embedded shape have it. Two
// connections of one process stand for two processes: SQLite keeps them apart in the same way.
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "policy/model/tree_head.h"
#include "tests/policy/store_world.h"

namespace countersign::test {
namespace {

class SharedStore : public StoreWorld {
 protected:
  SharedStore() {
    store_.reset();
    store_ = open();
    other_ = open();
  }

  std::unique_ptr<PolicyStore> open() {
    auto opened = PolicyStore::open(path_, key_, "gw.test", clock_, Holding::shared);
    if (!opened) throw std::runtime_error(opened.error().text());
    return std::move(*opened);
  }

  /// What follows happens at the other place.
  void change_places() { std::swap(store_, other_); }

  void expect_whole_log() {
    Frontier tree;
    for (const LogRecord& record : log()) {
      EXPECT_TRUE(check_record(record));
      EXPECT_EQ(record.number, tree.size());
      tree.append(record.leaf);
    }
    const auto head = in([](Transaction& transaction) -> Result<TreeHead> {
      return open_tree_head(transaction.log.signed_head(), transaction.log.verifier());
    });
    ASSERT_TRUE(head);
    EXPECT_EQ(head->size, tree.size());
    EXPECT_EQ(head->root, tree.root());
  }

  std::unique_ptr<PolicyStore> other_;
};

TEST_F(SharedStore, WhatOnePlaceDoesTheOtherKnowsAtOnce) {
  const auto request = ask("engineer", 2);
  change_places();
  ASSERT_TRUE(approve("approver", request->id));
  change_places();
  ASSERT_TRUE(sign("engineer", operation_id(1)));
  change_places();
  ASSERT_TRUE(sign("engineer", operation_id(2)));
  change_places();
  EXPECT_EQ(code(sign("engineer", operation_id(3))), "approval_used_up");
  EXPECT_EQ(show(request->id).used, 2);
  expect_whole_log();
  change_places();
  expect_whole_log();
}

TEST_F(SharedStore, SignerAndPolicyAreReadAnew) {
  const auto request = ask("engineer", 1);
  ASSERT_TRUE(approve("approver", request->id));
  ASSERT_TRUE(in([&](Transaction& transaction) -> Result<int> {
    return signer(transaction).state == SignerState::active ? 1 : 0;
  }));
  change_places();
  ASSERT_TRUE(in([&](Transaction& transaction) -> Result<int> {
    transaction.signers.set_state(signer(transaction).id, SignerState::frozen, "test");
    return 1;
  }));
  change_places();
  EXPECT_EQ(code(sign("engineer", operation_id(1))), "signer_frozen");
}

TEST_F(SharedStore, TheLatestTimeAnyPlaceHasSeenCounts) {
  const auto now = [this] {
    return *in([](Transaction& transaction) -> Result<Time> { return transaction.now; });
  };
  clock_.advance(std::chrono::hours(1));
  const Time late = now();
  clock_.advance(-std::chrono::hours(1));
  change_places();
  EXPECT_EQ(now(), late);
}

TEST_F(SharedStore, EveryDenialIsARecord) {
  for (int times = 0; times < 3; ++times) {
    EXPECT_EQ(code(sign("engineer", operation_id(1))), "approval_needed");
    change_places();
  }
  const auto records = log();
  EXPECT_EQ(std::ranges::count(records, std::string(record_kind::denied), &LogRecord::kind), 3);
  expect_whole_log();
}

TEST_F(SharedStore, OneHolderAloneAndManySharersRefuseEachOther) {
  const auto alone = PolicyStore::open(path_, key_, "gw.test", clock_);
  EXPECT_EQ(code(alone), "store_in_use");
  EXPECT_NE(alone.error().remedy.find("libcountersign-embedded.so"), std::string::npos);
  store_.reset();
  other_.reset();
  auto daemon = PolicyStore::open(path_, key_, "gw.test", clock_);
  ASSERT_TRUE(daemon) << daemon.error().text();
  EXPECT_EQ(code(PolicyStore::open(path_, key_, "gw.test", clock_, Holding::shared)),
            "store_in_use");
}

TEST_F(SharedStore, ATransactionThatWaitsTooLongIsWorthRepeating) {
  soci::session sql(soci::sqlite3, "db=" + path_);
  sql << "BEGIN IMMEDIATE";
  const PolicyStore::Work work = [](Transaction&) -> Status { return {}; };
  EXPECT_EQ(code(store_->run(work)), "store_busy");
  sql << "ROLLBACK";
  EXPECT_EQ(code(store_->run(work)), "ok");
}

TEST_F(SharedStore, ALogThatLostItsLastRecordIsRefusedByThoseWhoHaveItOpen) {
  ASSERT_TRUE(ask("engineer", 1));
  soci::session sql(soci::sqlite3, "db=" + path_);
  change_places();
  sql << "DELETE FROM log_record WHERE number = (SELECT MAX(number) FROM log_record)";
  const Status done = store_->run([](Transaction&) -> Status { return {}; });
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().message.find("damaged"), std::string::npos) << done.error().message;
}

TEST_F(SharedStore, PagesAreCheckedByWhoeverComesFirstAndAgainAfterAFailure) {
  // Many records, so that pages in the middle are read by no one who merely opens the store.
  ASSERT_TRUE(store_->run([](Transaction& transaction) -> Status {
    for (int i = 0; i < 1000; ++i)
      transaction.record({std::string(record_kind::change), {}, {}, {}, "", {}, {}});
    return {};
  }));
  const auto opens = [this] {
    return code(PolicyStore::open(path_, key_, "gw.test", clock_, Holding::shared));
  };
  store_.reset();
  other_.reset();
  EXPECT_TRUE(std::filesystem::exists(path_ + "-checked"));
  const auto read_all = [](Transaction& transaction) -> Status {
    RecordNumber last = -1;
    for (auto some = transaction.log.list(last, 100); !some.empty();
         some = transaction.log.list(last, 100))
      last = some.back().number;
    return {};
  };
  std::filesystem::copy_file(path_, path_ + ".good");
  soci::session sql(soci::sqlite3, "db=" + path_);
  int page = 0;
  sql << "SELECT pageno FROM dbstat WHERE name = 'log_record' AND pagetype = 'leaf'"
         " LIMIT 1 OFFSET 20",
      soci::into(page);
  sql.close();
  std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(page - 1) * 4096);
  file << std::string(4096, '\xff');
  file.close();

  EXPECT_EQ(opens(), "ok");
  store_ = open();
  EXPECT_EQ(code(store_->run(read_all)), "store_damaged");
  EXPECT_TRUE(store_->must_reopen());
  store_.reset();
  EXPECT_EQ(opens(), "store_damaged");
  EXPECT_EQ(opens(), "store_damaged");
  std::filesystem::rename(path_ + ".good", path_);
  EXPECT_EQ(opens(), "ok");
}

TEST_F(SharedStore, AnotherFileInItsPlaceIsChecked) {
  store_.reset();
  other_.reset();
  std::filesystem::copy_file(path_, path_ + ".other");
  std::fstream file(path_ + ".other", std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(-4096, std::ios::end);
  file << std::string(4096, '\xff');
  file.close();
  std::filesystem::rename(path_ + ".other", path_);
  EXPECT_EQ(code(PolicyStore::open(path_, key_, "gw.test", clock_, Holding::shared)),
            "store_damaged");
}

TEST_F(SharedStore, ProcessesTakeNoMoreThanWasApproved) {
  const auto request = ask("engineer", 3);
  ASSERT_TRUE(approve("approver", request->id));
  store_.reset();
  other_.reset();
  std::vector<pid_t> children;
  for (unsigned each = 0; each < 8; ++each) {
    const pid_t child = fork();
    if (child == 0) {
      store_ = open();
      _exit(sign("engineer", operation_id(each)) ? 0 : 1);
    }
    children.push_back(child);
  }
  int good = 0;
  for (const pid_t child : children) {
    int status = 1;
    if (waitpid(child, &status, 0) == child && status == 0) ++good;
  }
  store_ = open();
  EXPECT_EQ(good, 3);
  EXPECT_EQ(show(request->id).used, 3);
  expect_whole_log();
}

}  // namespace
}  // namespace countersign::test
