// What is remembered of rights is never older than the store.
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "tests/policy/role_world.h"

namespace countersign::test {
namespace {

class RightMemory : public RoleWorld {};

TEST_F(RightMemory, WhatWasUndoneIsForgotten) {
  ASSERT_FALSE(may("outsider", "/auditing/read/"));
  const Caller admin = as("admin");
  const Caller outsider = as("outsider");
  const auto sees = [&](Transaction& transaction) {
    return countersign::may(transaction, outsider.account, "/auditing/read/");
  };
  bool during = false;
  const Status undone = store_->run([&](Transaction& transaction) -> Status {
    if (auto made = create_role(transaction, admin, {"readers", "", "Global", {"/auditing/read/"}});
        !made)
      return fail(made.error());
    if (auto given = grant_role(transaction, admin, "readers", "outsider"); !given)
      return fail(given.error());
    during = sees(transaction);
    return fail(ErrorKind::invalid, "changed_my_mind", "");
  });
  EXPECT_FALSE(undone);
  EXPECT_TRUE(during);
  EXPECT_FALSE(may("outsider", "/auditing/read/"));
}

TEST_F(RightMemory, AnotherProcessTakesARightAway) {
  store_.reset();
  const auto open = [&] {
    auto opened = PolicyStore::open(path_, key_, "gw.test", clock_, Holding::shared);
    return std::move(*opened);
  };
  store_ = open();
  auto other = open();
  ASSERT_EQ(role("readers", {"/auditing/read/"}), "ok");
  ASSERT_EQ(grant("readers", "outsider"), "ok");
  std::swap(store_, other);
  ASSERT_TRUE(may("outsider", "/auditing/read/"));
  std::swap(store_, other);
  ASSERT_EQ(take("readers", "outsider"), "ok");
  std::swap(store_, other);
  EXPECT_FALSE(may("outsider", "/auditing/read/"));
}

/// SQLite would not tell of their rows.
TEST_F(RightMemory, EveryTableHasRowIds) {
  store_.reset();
  soci::session sql(soci::sqlite3, "db=" + path_);
  int without = -1;
  sql << "SELECT COUNT(*) FROM pragma_table_list WHERE wr = 1", soci::into(without);
  EXPECT_EQ(without, 0);
}

}  // namespace
}  // namespace countersign::test
