#include "gateway/server/shared_store.h"

#include <span>

#include "gateway/server/open_store.h"

namespace countersign::server {

SharedStore::SharedStore(const GatewayConfig& config)
    : store_([&config] { return open_store(config, Holding::shared); }) {
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
  return store_.run(std::span(&work, 1)).front();
}

void SharedStore::close_for_fork() {
  const std::lock_guard lock(mutex_);
  store_.close();
}

}  // namespace countersign::server
