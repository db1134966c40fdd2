// The store's thread: what waits together is committed together, and stopping loses nothing.
#include "gateway/server/store_thread.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <set>
#include <vector>

#include "tests/gateway/temporary_folder.h"

namespace countersign::server {
namespace {

/// Every look at it is a millisecond later, so each transaction has a time of its own.
class TickingClock final : public Clock {
 public:
  Time now() const override { return from_unix_ms(++ms_); }

 private:
  mutable std::atomic<std::int64_t> ms_{1'700'000'000'000};
};

Result<std::unique_ptr<PolicyStore>> never_again() {
  return fail(ErrorKind::internal, "opened_again", "the test's store does not fail");
}

class SilentLog final : public LogSink {
 public:
  void write(Severity, std::string_view) override {}
};

class StoreThreadTest : public testing::Test {
 protected:
  StoreThreadTest() {
    auto store = PolicyStore::create(folder_.path("store.db"), key_, "gw", clock_);
    if (!store) throw std::runtime_error(store.error().text());
    thread_.emplace(StoreKeeper(never_again, std::move(*store)), log_);
  }

  /// Keeps the thread busy until the promise is kept.
  std::future<void> occupy(const std::shared_future<void>& until) {
    auto busy = std::make_shared<std::promise<void>>();
    auto began = busy->get_future();
    thread_->post(
        StoreThread::gateway_itself,
        [busy, until](Transaction&) -> Status {
          busy->set_value();
          until.wait();
          return {};
        },
        [](const Status&) {});
    return began;
  }

  TemporaryFolder folder_;
  const LogKey key_ = LogKey::generate();
  TickingClock clock_;
  SilentLog log_;
  std::optional<StoreThread> thread_;
};

TEST_F(StoreThreadTest, CommitsTogetherWhatWaitedTogether) {
  std::promise<void> release;
  occupy(release.get_future().share()).wait();
  std::set<Time> transactions;
  std::promise<void> all_done;
  std::atomic<int> done{0};
  for (int i = 0; i < 50; ++i)
    thread_->post(
        StoreThread::gateway_itself,
        [&](Transaction& transaction) -> Status {
          transactions.insert(transaction.now);
          return {};
        },
        [&](const Status& status) {
          EXPECT_TRUE(status);
          if (++done == 50) all_done.set_value();
        });
  release.set_value();
  all_done.get_future().wait();
  EXPECT_EQ(transactions.size(), 1U);
}

TEST_F(StoreThreadTest, TellsEachItsOwnEnd) {
  std::promise<void> release;
  occupy(release.get_future().share()).wait();
  std::vector<std::promise<Status>> ends(3);
  for (int i = 0; i < 3; ++i)
    thread_->post(
        StoreThread::gateway_itself,
        [i](Transaction& transaction) -> Status {
          transaction.meta.set("work", std::to_string(i));
          if (i == 1) return fail(ErrorKind::conflict, "on_purpose", "");
          return {};
        },
        [&ends, i](Status status) {
          ends[static_cast<std::size_t>(i)].set_value(std::move(status));
        });
  release.set_value();
  EXPECT_TRUE(ends[0].get_future().get());
  EXPECT_EQ(ends[1].get_future().get().error().code, "on_purpose");
  EXPECT_TRUE(ends[2].get_future().get());
}

TEST_F(StoreThreadTest, TakesWorkFromEachOwnerInTurn) {
  std::promise<void> release;
  occupy(release.get_future().share()).wait();
  std::vector<StoreThread::Owner> order;
  std::promise<void> all_done;
  std::atomic<int> done{0};
  for (const StoreThread::Owner owner : {1, 1, 1, 1, 2, 3, 3})
    thread_->post(
        owner,
        [&order, owner](Transaction&) -> Status {
          order.push_back(owner);
          return {};
        },
        [&](const Status&) {
          if (++done == 7) all_done.set_value();
        });
  release.set_value();
  all_done.get_future().wait();
  EXPECT_EQ(order, (std::vector<StoreThread::Owner>{1, 2, 3, 1, 3, 1, 1}));
}

TEST_F(StoreThreadTest, DoesWhatIsNotHurriedTogetherWithTheNextWorkAndBeforeIt) {
  std::promise<void> release;
  occupy(release.get_future().share()).wait();
  std::vector<std::pair<char, Time>> done;
  const auto note = [&done](char name) {
    return [&done, name](Transaction& transaction) -> Status {
      done.emplace_back(name, transaction.now);
      return {};
    };
  };
  std::promise<void> finished;
  thread_->post(1, note('a'), [&](const Status&) { finished.set_value(); });
  thread_->post_unhurried(note('b'), [](const Status&) {});
  release.set_value();
  finished.get_future().wait();
  thread_->stop();
  ASSERT_EQ(done.size(), 2U);
  EXPECT_EQ(done[0].first, 'b');
  EXPECT_EQ(done[0].second, done[1].second);
}

TEST_F(StoreThreadTest, DoesWhatIsNotHurriedByItselfInTheEnd) {
  std::promise<void> done;
  thread_->post_unhurried([](Transaction&) -> Status { return {}; },
                          [&](const Status&) { done.set_value(); });
  done.get_future().wait();
}

TEST_F(StoreThreadTest, CopiesTheStoreWhileWorkGoesOn) {
  const std::string path = folder_.path("copy.db");
  const auto record = [](Transaction& transaction) -> Status {
    for (int i = 0; i < 100; ++i)
      transaction.record({std::string(record_kind::change),
                          {},
                          {},
                          {},
                          "",
                          {{"text", std::string(4096, 'x')}},
                          {}});
    return {};
  };
  ASSERT_TRUE(thread_->run(record));
  std::promise<Status> copied;
  auto copy = copied.get_future();
  thread_->copy_to(path, [&](Status status) { copied.set_value(std::move(status)); });
  std::size_t committed = 100;
  for (; copy.wait_for(std::chrono::seconds(0)) != std::future_status::ready; committed += 100)
    ASSERT_TRUE(thread_->run(record));
  ASSERT_TRUE(copy.get());
  EXPECT_TRUE(thread_->run(record));
  auto opened = PolicyStore::open(path, key_, "gw", clock_);
  ASSERT_TRUE(opened) << opened.error().text();
  std::size_t records = 0;
  EXPECT_TRUE((*opened)->run([&](Transaction& transaction) -> Status {
    records = static_cast<std::size_t>(transaction.log.position().size());
    return transaction.log.verify();
  }));
  EXPECT_GE(records, 100U);
  EXPECT_LE(records, committed);
}

TEST_F(StoreThreadTest, OneCopyIsMadeAtATimeAndNoneWhenItStops) {
  std::promise<void> release;
  occupy(release.get_future().share()).wait();
  std::promise<Status> first;
  thread_->copy_to(folder_.path("first.db"),
                   [&](const Status& status) { first.set_value(status); });
  std::string second;
  thread_->copy_to(folder_.path("second.db"),
                   [&](const Status& status) { second = status.error().code; });
  EXPECT_EQ(second, "store_busy");
  release.set_value();
  EXPECT_TRUE(first.get_future().get());
  thread_->stop();
  std::string late;
  thread_->copy_to(folder_.path("late.db"),
                   [&](const Status& status) { late = status.error().code; });
  EXPECT_EQ(late, "gateway_stopping");
}

TEST_F(StoreThreadTest, StoppingFinishesWhatWaitsAndTakesNothingMore) {
  std::promise<void> release;
  occupy(release.get_future().share()).wait();
  std::atomic<int> done{0};
  for (int i = 0; i < 10; ++i)
    thread_->post(
        StoreThread::gateway_itself, [](Transaction&) -> Status { return {}; },
        [&](const Status&) { ++done; });
  release.set_value();
  thread_->stop();
  EXPECT_EQ(done, 10);
  EXPECT_EQ(thread_->run([](Transaction&) -> Status { return {}; }).error().code,
            "gateway_stopping");
}

}  // namespace
}  // namespace countersign::server
