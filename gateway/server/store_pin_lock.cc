#include "gateway/server/store_pin_lock.h"

namespace countersign::server {
namespace {

std::string key_of(const std::string& token_name) {
  return "token_locked:" + token_name;
}

}  // namespace

Status StorePinLock::load(const std::vector<std::string>& token_names) {
  return store_.run([this, &token_names](Transaction& transaction) -> Status {
    const std::lock_guard guard(mutex_);
    for (const std::string& name : token_names)
      if (transaction.meta.get(key_of(name))) locked_.insert(name);
    return {};
  });
}

bool StorePinLock::locked(const std::string& token_name) const {
  const std::lock_guard guard(mutex_);
  return locked_.contains(token_name);
}

Status StorePinLock::lock(const std::string& token_name, const std::string& reason) {
  {
    const std::lock_guard guard(mutex_);
    locked_.insert(token_name);
  }
  return store_.run([&](Transaction& transaction) -> Status {
    transaction.meta.set(key_of(token_name), reason);
    LogEntry entry;
    entry.kind = record_kind::token_locked;
    entry.data = {{"hsm", token_name}, {"reason", reason}};
    transaction.record(entry);
    return {};
  });
}

Status StorePinLock::unlock(const std::string& token_name) {
  const Status done = store_.run([&](Transaction& transaction) -> Status {
    transaction.meta.erase(key_of(token_name));
    return {};
  });
  if (done) {
    const std::lock_guard guard(mutex_);
    locked_.erase(token_name);
  }
  return done;
}

}  // namespace countersign::server
