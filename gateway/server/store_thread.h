// The one thread that works on the store, committing what many callers wait for at once.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

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

  /// Queues `work`. When the queue is full or the thread stops, `done` is called at once with
  /// `store_busy` or `gateway_stopping` (kind unavailable; nothing was done).
  void post(PolicyStore::Work work, Done done);

  /// The same, and waits for the end. Not from the store's own thread.
  Status run(PolicyStore::Work work);

  /// Finishes what is queued, records what denials are still counted, and ends the thread.
  void stop();

 private:
  struct Item {
    PolicyStore::Work work;
    Done done;
  };
  void loop();
  std::deque<Item> take_batch();
  void do_batch(std::deque<Item> batch);
  void do_housekeeping(bool everything);

  std::unique_ptr<PolicyStore> store_;
  LogSink& log_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Item> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace countersign::server
