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

class SilentLog final : public LogSink {
 public:
  void write(Severity, std::string_view) override {}
};

class StoreThreadTest : public testing::Test {
 protected:
  StoreThreadTest() {
    auto store = PolicyStore::create(folder_.path("store.db"), LogKey::generate(), "gw", clock_);
    if (!store) throw std::runtime_error(store.error().text());
    thread_.emplace(std::move(*store), log_);
  }

  /// Keeps the thread busy until the promise is kept.
  std::future<void> occupy(std::shared_future<void> until) {
    auto busy = std::make_shared<std::promise<void>>();
    auto began = busy->get_future();
    thread_->post(
        [busy, until](Transaction&) -> Status {
          busy->set_value();
          until.wait();
          return {};
        },
        [](const Status&) {});
    return began;
  }

  TemporaryFolder folder_;
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

TEST_F(StoreThreadTest, StoppingFinishesWhatWaitsAndTakesNothingMore) {
  std::promise<void> release;
  occupy(release.get_future().share()).wait();
  std::atomic<int> done{0};
  for (int i = 0; i < 10; ++i)
    thread_->post([](Transaction&) -> Status { return {}; }, [&](const Status&) { ++done; });
  release.set_value();
  thread_->stop();
  EXPECT_EQ(done, 10);
  EXPECT_EQ(thread_->run([](Transaction&) -> Status { return {}; }).error().code,
            "gateway_stopping");
}

}  // namespace
}  // namespace countersign::server
