#include "gateway/server/store_thread.h"

#include <utility>

#include "core/fault_point.h"

namespace countersign::server {
namespace {

/// Enough to spread one commit over all that arrived during the last, few enough to stay quick.
constexpr std::size_t largest_batch = 256;
/// A copy takes its turns between commits; so many pages take a fraction of one.
constexpr int pages_at_a_time = 64;
constexpr auto housekeeping_interval = std::chrono::seconds(1);

tl::unexpected<Error> refuse(const char* code) {
  return fail(ErrorKind::unavailable, code, "the gateway cannot take more work right now",
              "try again in a moment");
}

}  // namespace

StoreThread::StoreThread(StoreKeeper store, LogSink& log)
    : store_(std::move(store)), log_(log), thread_([this] { loop(); }) {}

StoreThread::~StoreThread() {
  stop();
}

const char* StoreThread::refusal() const {
  if (stopping_) return "gateway_stopping";
  return queue_.size() + unhurried_.size() >= most_waiting_for_store ? "store_busy" : nullptr;
}

void StoreThread::post(Owner owner, PolicyStore::Work work, Done done) {
  std::unique_lock lock(mutex_);
  if (const char* const refused = refusal()) {
    lock.unlock();
    return done(refuse(refused));
  }
  queue_.push(owner, {std::move(work), std::move(done)});
  lock.unlock();
  changed_.notify_one();
}

void StoreThread::post_unhurried(PolicyStore::Work work, Done done) {
  std::unique_lock lock(mutex_);
  if (const char* const refused = refusal()) {
    lock.unlock();
    return done(refuse(refused));
  }
  const bool first = unhurried_.empty();
  if (first) unhurried_since_ = Clock::now();
  unhurried_.push_back({std::move(work), std::move(done)});
  const bool overslept = first && looks_at_ > unhurried_since_ + most_delay;
  lock.unlock();
  if (overslept) changed_.notify_one();
}

bool StoreThread::watch(RequestId request, RequestWatch::Watcher watcher) {
  std::unique_lock lock(mutex_);
  if (stopping_) {
    lock.unlock();
    watcher.again();
  } else {
    watch_.add(request, std::move(watcher));
  }
  return true;
}

/// Not with mutex_ held: they post more work.
void StoreThread::wake(const std::vector<RequestWatch::Watcher>& watchers) {
  for (const RequestWatch::Watcher& each : watchers) each.again();
}

/// After the callbacks of the batch, in which those who just saw the request begin to watch it.
void StoreThread::wake_changed() {
  const std::vector<RequestId> changed = store_.changed_requests();
  if (changed.empty()) return;
  std::unique_lock lock(mutex_);
  auto watchers = watch_.take_changed(changed);
  lock.unlock();
  wake(watchers);
}

void StoreThread::wake_due() {
  std::unique_lock lock(mutex_);
  auto watchers = stopping_ ? watch_.take_all() : watch_.take_due(Clock::now());
  lock.unlock();
  wake(watchers);
}

void StoreThread::copy_to(const std::string& path, Done done) {
  std::unique_lock lock(mutex_);
  if (stopping_ || copy_done_) {
    const char* const refused = stopping_ ? "gateway_stopping" : "store_busy";
    lock.unlock();
    return done(refuse(refused));
  }
  copy_path_ = path;
  copy_done_ = std::move(done);
  lock.unlock();
  changed_.notify_one();
}

void StoreThread::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
  if (copy_end_.joinable()) copy_end_.join();
}

/// Until there is work to do, or the housekeeping. What is not hurried follows soon after work, so
/// the thread looks once by itself: woken for each, it would only go back to sleep.
void StoreThread::wait_for_work(std::unique_lock<std::mutex>& lock) {
  const auto ready = [this] { return stopping_ || copy_done_ || !queue_.empty(); };
  const auto start = Clock::now();
  const auto next_housekeeping = start + housekeeping_interval;
  bool looked = false;
  while (!ready()) {
    const auto due = unhurried_.empty() ? next_housekeeping : unhurried_since_ + most_delay;
    looks_at_ = looked ? due : std::min(due, start + most_delay);
    if (changed_.wait_until(lock, looks_at_) == std::cv_status::no_timeout) continue;
    const auto now = Clock::now();
    if (now >= due) return;
    looked = looked || now >= looks_at_;
  }
}

std::vector<StoreThread::Item> StoreThread::take_batch() {
  std::unique_lock lock(mutex_);
  wait_for_work(lock);
  std::vector<Item> batch;
  while (!unhurried_.empty() && batch.size() < largest_batch) {
    batch.push_back(std::move(unhurried_.front()));
    unhurried_.pop_front();
  }
  while (!queue_.empty() && batch.size() < largest_batch) batch.push_back(queue_.pop());
  return batch;
}

void StoreThread::do_batch(std::vector<Item> batch) {
  std::vector<PolicyStore::Work> works;
  works.reserve(batch.size());
  for (Item& item : batch) works.push_back(std::move(item.work));
  std::vector<Status> results = store_.run(works);
  report_state();
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (!results[i] && results[i].error().code == "store_work_failed")
      log_.write(Severity::error, results[i].error().text());
    batch[i].done(std::move(results[i]));
  }
  wake_changed();
}

void StoreThread::do_housekeeping(bool everything) {
  wake_due();
  record_denials(everything);
  store_.tend();
  report_state();
}

void StoreThread::record_denials(bool everything) {
  if (!store_.denials_pending()) return;
  const PolicyStore::Work record = [everything](Transaction& transaction) -> Status {
    for (const LogEntry& summary : transaction.denials.take_due(transaction.now, everything))
      transaction.record(summary);
    return {};
  };
  store_.run(std::span(&record, 1));
}

void StoreThread::report_state() {
  const std::string failure = store_.failure() ? store_.failure()->code : "";
  if (failure == reported_) return;
  reported_ = failure;
  if (failure.empty())
    log_.write(Severity::info, "the store works again");
  else
    log_.write(Severity::error, "nothing is signed: " + store_.failure()->text());
}

/// Between transactions: what is committed during a copy gets into it.
void StoreThread::copy_some() {
  std::string begin;
  {
    const std::lock_guard lock(mutex_);
    if (!copy_done_) return;
    begin = std::exchange(copy_path_, {});
  }
  if (!begin.empty())
    if (auto begun = store_.begin_copy(begin); !begun) return end_copy(begun);
  const auto whole = store_.copy_some(pages_at_a_time);
  fault_point("during_copy");
  if (!whole) return end_copy(fail(whole.error()));
  if (*whole) end_copy({});
}

/// Whoever waits for the copy has yet to sync and check it, which this thread must not do.
void StoreThread::end_copy(const Status& status) {
  store_.end_copy();
  Done done;
  {
    const std::lock_guard lock(mutex_);
    done = std::exchange(copy_done_, nullptr);
  }
  if (!done) return;
  if (copy_end_.joinable()) copy_end_.join();
  copy_end_ = std::thread([done = std::move(done), status] { done(status); });
}

void StoreThread::loop() {
  auto next_housekeeping = Clock::now() + housekeeping_interval;
  while (true) {
    std::vector<Item> batch = take_batch();
    const bool idle = batch.empty();
    if (!idle) do_batch(std::move(batch));
    copy_some();
    if (Clock::now() >= next_housekeeping) {
      do_housekeeping(false);
      next_housekeeping = Clock::now() + housekeeping_interval;
    }
    const std::lock_guard lock(mutex_);
    if (idle && stopping_ && queue_.empty() && unhurried_.empty()) break;
  }
  end_copy(refuse("gateway_stopping"));
  do_housekeeping(true);
}

}  // namespace countersign::server
