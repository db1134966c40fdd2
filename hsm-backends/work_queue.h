// Work for the threads of one token.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/fair_queue.h"

namespace countersign::hsm {

/// A bounded queue with threads of its own that run its jobs, each owner's in turn, oldest first.
/// With no threads nothing is queued: push() runs the job. Jobs must not throw. Thread-safe.
class WorkQueue {
 public:
  enum class Entry { taken, full, closed };

  WorkQueue(unsigned threads, std::size_t most_waiting);
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;
  ~WorkQueue() { stop(); }

  /// `job` is run exactly once, or, unless `taken`, never.
  Entry push(const std::string& owner, std::function<void()> job);

  /// Takes no more jobs; those that wait are still run.
  void close();

  /// Closes, waits until all jobs are done, and joins the threads; again does nothing. Not from one
  /// of its own threads.
  void stop();

 private:
  void work();

  const bool threaded_;
  const std::size_t most_waiting_;
  std::mutex mutex_;
  std::condition_variable changed_;
  FairQueue<std::string, std::function<void()>> waiting_;
  bool closed_ = false;
  std::mutex joining_;
  std::vector<std::thread> threads_;
};

}  // namespace countersign::hsm
