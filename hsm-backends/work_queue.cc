#include "hsm-backends/work_queue.h"

#include <utility>

namespace countersign::hsm {

WorkQueue::WorkQueue(unsigned threads, std::size_t most_waiting)
    : threaded_(threads > 0), most_waiting_(most_waiting) {
  threads_.reserve(threads);
  for (unsigned each = 0; each < threads; ++each) threads_.emplace_back([this] { work(); });
}

WorkQueue::Entry WorkQueue::push(const std::string& owner, std::function<void()> job) {
  std::unique_lock guard(mutex_);
  if (closed_) return Entry::closed;
  if (!threaded_) {
    guard.unlock();
    job();
    return Entry::taken;
  }
  if (waiting_.size() >= most_waiting_) return Entry::full;
  waiting_.push(owner, std::move(job));
  guard.unlock();
  changed_.notify_one();
  return Entry::taken;
}

void WorkQueue::close() {
  {
    const std::lock_guard guard(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
}

void WorkQueue::stop() {
  close();
  const std::lock_guard guard(joining_);
  for (std::thread& each : threads_) each.join();
  threads_.clear();
}

void WorkQueue::work() {
  std::unique_lock guard(mutex_);
  while (true) {
    changed_.wait(guard, [this] { return closed_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const auto job = waiting_.pop();
    guard.unlock();
    job();
    guard.lock();
  }
}

}  // namespace countersign::hsm
