#include "gateway/server/store_keeper.h"

#include <utility>

namespace countersign::server {
namespace {

/// Long enough for a store of some size to be checked between two tries.
constexpr std::chrono::seconds pause_between_tries{1};

}  // namespace

StoreKeeper::StoreKeeper(Open open, std::unique_ptr<PolicyStore> opened)
    : open_(std::move(open)), store_(std::move(opened)) {}

std::vector<Status> StoreKeeper::run(std::span<const PolicyStore::Work> batch) {
  if (!store_)
    if (auto opened = open_again(); !opened) return std::vector<Status>(batch.size(), opened);
  std::vector<Status> results = store_->run(batch);
  take_note();
  return results;
}

Status StoreKeeper::begin_copy(const std::string& path) {
  if (!store_)
    if (auto opened = open_again(); !opened) return opened;
  return store_->begin_copy(path);
}

Result<bool> StoreKeeper::copy_some(int pages) {
  if (!store_) return fail(*failure_);
  return store_->copy_some(pages);
}

void StoreKeeper::end_copy() {
  if (store_) store_->end_copy();
}

std::vector<RequestId> StoreKeeper::changed_requests() const {
  return store_ ? store_->changed_requests() : std::vector<RequestId>();
}

void StoreKeeper::tend() {
  if (failure_) {
    const PolicyStore::Work nothing = [](Transaction&) -> Status { return {}; };
    run(std::span(&nothing, 1));
  } else if (store_) {
    store_->sync_mark();
    take_note();
  }
}

Status StoreKeeper::open_again() {
  if (known_head_ && Clock::now() < next_try_) return fail(*failure_);
  auto opened = open_();
  Status usable = opened ? Status() : fail(std::move(opened.error()));
  if (usable && known_head_) usable = (*opened)->check_continues(*known_head_);
  if (usable) {
    store_ = std::move(*opened);
    known_head_.reset();
  } else if (known_head_) {
    failure_ = usable.error();
    next_try_ = Clock::now() + pause_between_tries;
  }
  return usable;
}

void StoreKeeper::take_note() {
  failure_ = store_->failure();
  if (!store_->must_reopen()) return;
  known_head_ = store_->log_head();
  store_.reset();
  next_try_ = Clock::now() + pause_between_tries;
}

}  // namespace countersign::server
