#include "gateway/server/shared_store.h"

#include <utility>

#include "gateway/server/open_store.h"

namespace countersign::server {

SharedStore::SharedStore(const GatewayConfig& config) : config_(config) {
  ForkGate::of_this_process().add(*this);
}

SharedStore::~SharedStore() {
  ForkGate::of_this_process().remove(*this);
}

void SharedStore::post(Owner /*owner*/, PolicyStore::Work work, Done done) {
  done(do_now(work));
}

void SharedStore::post_unhurried(PolicyStore::Work work, Done done) {
  done(do_now(work));
}

Status SharedStore::do_now(const PolicyStore::Work& work) {
  const std::lock_guard lock(mutex_);
  if (!store_) {
    auto opened = open_store(config_, Holding::shared);
    if (!opened) return fail(std::move(opened.error()));
    store_ = std::move(*opened);
  }
  return store_->run(work);
}

void SharedStore::close_for_fork() {
  const std::lock_guard lock(mutex_);
  store_.reset();
}

}  // namespace countersign::server
