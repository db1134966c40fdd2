// The one thread that works on the store, committing what many callers wait for at once.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "core/fair_queue.h"
#include "core/log_sink.h"
#include "policy/policy_store.h"

namespace countersign::server {

/// So many pieces of work wait for the store at most.
inline constexpr std::size_t most_waiting_for_store = 8192;

/// Thread-safe.
class StoreThread {
 public:
  /// Called with the work's status when it is committed durably, or failed; on the store's thread,
  /// so it must not block.
  using Done = std::function<void(Status)>;

  StoreThread(std::unique_ptr<PolicyStore> store, LogSink& log);
  ~StoreThread();

  /// On whose behalf work is done: a user's number, or the gateway's own.
  using Owner = std::int64_t;
  static constexpr Owner gateway_itself = -1;

  /// Queues `work`; what waits is taken from each owner in turn. When the queue is full or the
  /// thread stops, `done` is called at once with `store_busy` or `gateway_stopping` (kind
  /// unavailable; nothing was done).
  void post(Owner owner, PolicyStore::Work work, Done done);

  /// The same for what nobody waits for: done together with the next work that is posted, before
  /// it, or by itself after `most_delay`, so that it costs no commit of its own.
  void post_unhurried(PolicyStore::Work work, Done done);
  static constexpr std::chrono::milliseconds most_delay{20};

  /// The gateway's own work at once; waits for its end. Not from the store's own thread.
  Status run(PolicyStore::Work work);

  /// Finishes what is queued, records what denials are still counted, and ends the thread.
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

  std::unique_ptr<PolicyStore> store_;
  LogSink& log_;
  std::mutex mutex_;
  std::condition_variable changed_;
  FairQueue<Owner, Item> queue_;
  std::deque<Item> unhurried_;
  Clock::time_point unhurried_since_;  ///< when the first of them was posted
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace countersign::server
