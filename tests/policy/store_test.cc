// The store as a contract: what stays, what goes, what is refused.
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "policy/model/tree_head.h"
#include "tests/policy/store_world.h"

namespace countersign::test {
namespace {

class Store : public StoreWorld {
 protected:
  /// Changes the closed store behind its back.
  void tamper(const std::string& statement) {
    store_.reset();
    soci::session sql(soci::sqlite3, "db=" + path_);
    sql << statement;
  }
  std::string open_code() {
    store_.reset();
    auto opened = PolicyStore::open(path_, key_, "gw.test", clock_);
    return opened ? "ok" : opened.error().code;
  }
};

TEST_F(Store, KeepsWhatWasCommittedAndItsHead) {
  const auto before = log();
  reopen();
  const auto after = log();
  ASSERT_EQ(after.size(), before.size());
  Frontier tree;
  for (const LogRecord& record : after) {
    EXPECT_TRUE(check_record(record));
    tree.append(record.leaf);
  }
  std::string head, key;
  ASSERT_TRUE(store_->run([&](Transaction& transaction) -> Status {
    head = transaction.log.signed_head();
    key = transaction.log.verifier();
    return {};
  }));
  const auto opened = open_tree_head(head, key);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->root, tree.root());
  EXPECT_EQ(opened->size, tree.size());
}

TEST_F(Store, FailedWorkLeavesNothingAndHarmsNobody) {
  const auto before = log().size();
  const PolicyStore::Work good = [](Transaction& transaction) -> Status {
    transaction.meta.set("good", "1");
    transaction.record({std::string(record_kind::change), {}, {}, {}, "", {}, {}});
    return {};
  };
  const PolicyStore::Work bad = [](Transaction& transaction) -> Status {
    transaction.meta.set("bad", "1");
    transaction.record({std::string(record_kind::change), {}, {}, {}, "", {}, {}});
    return fail(ErrorKind::conflict, "on_purpose", "");
  };
  const std::vector<PolicyStore::Work> batch{good, bad, good};
  const auto results = store_->run(batch);
  EXPECT_TRUE(results[0]);
  EXPECT_EQ(code(results[1]), "on_purpose");
  EXPECT_TRUE(results[2]);
  EXPECT_EQ(log().size(), before + 2);
  EXPECT_FALSE(in([](Transaction& transaction) -> Result<std::string> {
                 return transaction.meta.get("bad").value_or("");
               }).value() == "1");
  EXPECT_EQ(open_code(), "ok");
}

TEST_F(Store, DatabaseErrorInOneWorkHarmsNoOther) {
  const auto before = log().size();
  const PolicyStore::Work good = [](Transaction& transaction) -> Status {
    transaction.record({std::string(record_kind::change), {}, {}, {}, "", {}, {}});
    return {};
  };
  const PolicyStore::Work broken = [](Transaction& transaction) -> Status {
    // The same operation id twice: the database itself refuses it.
    for (int i = 0; i < 2; ++i)
      transaction.record({std::string(record_kind::intent), {}, {}, {}, operation_id(1), {}, {}});
    return {};
  };
  const std::vector<PolicyStore::Work> batch{good, broken, good};
  const auto results = store_->run(batch);
  EXPECT_TRUE(results[0]);
  EXPECT_EQ(code(results[1]), "store_work_failed");
  EXPECT_TRUE(results[2]);
  EXPECT_EQ(log().size(), before + 2);
  EXPECT_EQ(open_code(), "ok");
}

TEST_F(Store, IsHeldExclusively) {
  const auto second = PolicyStore::open(path_, key_, "gw.test", clock_);
  EXPECT_EQ(code(second), "store_in_use");
}

TEST_F(Store, ExistingStoreIsNeverReplaced) {
  EXPECT_EQ(code(PolicyStore::create(path_, key_, "gw.test", clock_)), "file_exists");
}

TEST_F(Store, RefusesWhatItDoesNotKnow) {
  store_.reset();
  EXPECT_EQ(code(PolicyStore::open(folder_ + "/none.db", key_, "gw.test", clock_)), "file_missing");
  std::ofstream(folder_ + "/empty.db").close();
  EXPECT_EQ(code(PolicyStore::open(folder_ + "/empty.db", key_, "gw.test", clock_)),
            "store_foreign");
  EXPECT_EQ(std::filesystem::file_size(folder_ + "/empty.db"), 0U);
  std::ofstream(folder_ + "/text.db") << std::string(5000, 'x');
  EXPECT_EQ(code(PolicyStore::open(folder_ + "/text.db", key_, "gw.test", clock_)),
            "store_foreign");
  EXPECT_EQ(code(PolicyStore::open(path_, LogKey::generate(), "gw.test", clock_)),
            "tree_head_not_signed");
}

TEST_F(Store, RefusesANewerSchema) {
  tamper("PRAGMA user_version = 99");
  EXPECT_EQ(open_code(), "store_newer");
}

TEST_F(Store, RefusesAFileOthersCanWrite) {
  store_.reset();
  chmod(path_.c_str(), 0666);
  EXPECT_EQ(open_code(), "file_not_trusted");
}

TEST_F(Store, DamagedPagesAreFound) {
  store_.reset();
  const auto size = std::filesystem::file_size(path_);
  std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
  for (std::uintmax_t at = 4096; at + 100 < size; at += 4096) {
    file.seekp(static_cast<std::streamoff>(at));
    file << std::string(100, '\xff');
  }
  file.close();
  EXPECT_EQ(open_code(), "store_damaged");
}

TEST_F(Store, DroppedRecordIsFoundAtTheStart) {
  tamper("DELETE FROM log_record WHERE number = (SELECT MAX(number) FROM log_record)");
  EXPECT_EQ(open_code(), "log_damaged");
}

TEST_F(Store, AddedRecordIsFoundAtTheStart) {
  tamper(
      "INSERT INTO log_record SELECT number + 1000, kind, time, account, signer, request,"
      " operation, body, leaf_hash, facts FROM log_record WHERE number = 0");
  EXPECT_EQ(open_code(), "log_damaged");
}

TEST_F(Store, ForgedHeadIsFoundAtTheStart) {
  tamper("UPDATE meta SET value = replace(value, 'gw.test', 'gw.tess') WHERE key = 'log_head'");
  EXPECT_EQ(open_code(), "tree_head_not_signed");
}

}  // namespace
}  // namespace countersign::test
