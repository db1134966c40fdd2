#include "gateway/server/store_thread.h"

#include <algorithm>
#include <future>
#include <iterator>
#include <utility>
#include <vector>

namespace countersign::server {
namespace {

/// Enough to spread one commit over all that arrived during the last, few enough to stay quick.
constexpr std::size_t largest_batch = 256;
constexpr auto housekeeping_interval = std::chrono::seconds(1);

}  // namespace

StoreThread::StoreThread(std::unique_ptr<PolicyStore> store, LogSink& log)
    : store_(std::move(store)), log_(log), thread_([this] { loop(); }) {}

StoreThread::~StoreThread() {
  stop();
}

void StoreThread::post(PolicyStore::Work work, Done done) {
  const char* refusal = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_)
      refusal = "gateway_stopping";
    else if (queue_.size() >= most_waiting_for_store)
      refusal = "store_busy";
    else
      queue_.push_back({std::move(work), std::move(done)});
  }
  if (refusal == nullptr)
    changed_.notify_one();
  else
    done(fail(ErrorKind::unavailable, refusal, "the gateway cannot take more work right now",
              "try again in a moment"));
}

Status StoreThread::run(PolicyStore::Work work) {
  std::promise<Status> promise;
  auto result = promise.get_future();
  post(std::move(work), [&promise](Status status) { promise.set_value(std::move(status)); });
  return result.get();
}

void StoreThread::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

std::deque<StoreThread::Item> StoreThread::take_batch() {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, housekeeping_interval, [this] { return stopping_ || !queue_.empty(); });
  std::deque<Item> batch;
  const auto count = static_cast<std::ptrdiff_t>(std::min(queue_.size(), largest_batch));
  std::move(queue_.begin(), queue_.begin() + count, std::back_inserter(batch));
  queue_.erase(queue_.begin(), queue_.begin() + count);
  return batch;
}

void StoreThread::do_batch(std::deque<Item> batch) {
  std::vector<PolicyStore::Work> works;
  works.reserve(batch.size());
  for (Item& item : batch) works.push_back(std::move(item.work));
  std::vector<Status> results = store_->run(works);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (!results[i] && results[i].error().code.starts_with("store_"))
      log_.write(Severity::error, results[i].error().text());
    batch[i].done(std::move(results[i]));
  }
}

void StoreThread::do_housekeeping(bool everything) {
  if (!store_->denials_pending()) return;
  const Status recorded = store_->run([everything](Transaction& transaction) -> Status {
    for (const LogEntry& summary : transaction.denials.take_due(transaction.now, everything))
      transaction.record(summary);
    return {};
  });
  if (!recorded) log_.write(Severity::error, recorded.error().text());
}

void StoreThread::loop() {
  auto next_housekeeping = std::chrono::steady_clock::now() + housekeeping_interval;
  while (true) {
    std::deque<Item> batch = take_batch();
    const bool idle = batch.empty();
    if (!idle) do_batch(std::move(batch));
    if (std::chrono::steady_clock::now() >= next_housekeeping) {
      do_housekeeping(false);
      next_housekeeping = std::chrono::steady_clock::now() + housekeeping_interval;
    }
    const std::lock_guard lock(mutex_);
    if (idle && stopping_ && queue_.empty()) break;
  }
  do_housekeeping(true);
}

}  // namespace countersign::server
