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

void SharedStore::copy_to(const std::string& path, Done done) {
  done(copy_now(path));
}

Status SharedStore::copy_now(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (auto begun = store_.begin_copy(path); !begun) return begun;
  const auto whole = store_.copy_some(-1);
  store_.end_copy();
  if (!whole) return fail(whole.error());
  if (*whole) return {};
  return fail(ErrorKind::unavailable, "store_busy", "the store is kept busy by other processes",
              "try again in a moment");
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
