// The one thread that works on the store, committing what many callers wait for at once.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/fair_queue.h"
#include "core/log_sink.h"
#include "gateway/server/store_access.h"
#include "gateway/server/store_keeper.h"

namespace countersign::server {

/// So many pieces of work wait for the store at most.
inline constexpr std::size_t most_waiting_for_store = 8192;

/// Thread-safe.
class StoreThread final : public StoreAccess {
 public:
  /// `log` hears once when the store fails, and once when it works again.
  StoreThread(StoreKeeper store, LogSink& log);
  ~StoreThread() override;

  /// `done` is called on the store's thread. What waits is taken from each owner in turn. When the
  /// queue is full or the thread stops, `done` is called at once with `store_busy` or
  /// `gateway_stopping` (kind unavailable; nothing was done).
  void post(Owner owner, PolicyStore::Work work, Done done) override;

  /// Done together with the next work that is posted, before it, or by itself after `most_delay`,
  /// so that it costs no commit of its own.
  void post_unhurried(PolicyStore::Work work, Done done) override;
  static constexpr std::chrono::milliseconds most_delay{20};

  /// A few pages after each commit, or one after another while there is no work. `done` is called
  /// on a thread of its own.
  void copy_to(const std::string& path, Done done) override;

  bool watch(RequestId request, RequestWatch::Watcher watcher) override;

  /// Finishes what is queued, records what denials are still counted, makes the store's mark
  /// durable, and ends the thread.
  void stop();

 private:
  struct Item {
    PolicyStore::Work work;
    Done done;
  };
  using Clock = std::chrono::steady_clock;

  void loop();
  /// Why nothing can be queued; null when it can. With mutex_ held.
  const char* refusal() const;
  void wait_for_work(std::unique_lock<std::mutex>& lock);
  std::vector<Item> take_batch();
  void do_batch(std::vector<Item> batch);
  void do_housekeeping(bool everything);
  void record_denials(bool everything);
  void report_state();
  void wake(const std::vector<RequestWatch::Watcher>& watchers);
  void wake_changed();
  void wake_due();
  void copy_some();
  void end_copy(const Status& status);

  StoreKeeper store_;
  LogSink& log_;
  std::string reported_;  ///< code of the failure that was reported; empty when the store works
  std::mutex mutex_;
  std::condition_variable changed_;
  FairQueue<Owner, Item> queue_;
  std::deque<Item> unhurried_;
  Clock::time_point unhurried_since_;  ///< when the first of them was posted
  Clock::time_point looks_at_;         ///< when the thread, while it waits, wakes by itself
  RequestWatch watch_;
  std::string copy_path_;  ///< that is to be begun
  Done copy_done_;         ///< set while a copy is wanted or under way
  std::thread copy_end_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace countersign::server
