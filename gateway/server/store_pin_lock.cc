#include "gateway/server/store_pin_lock.h"

#include <exception>

#include "policy/store/store_turn.h"

namespace countersign::server {
namespace {

std::string key_of(const std::string& token_name) {
  return "token_locked:" + token_name;
}

}  // namespace

bool StorePinLock::locked(const std::string& token_name) const {
  bool locked = false;
  const Status read = store_.run([&](Transaction& transaction) -> Status {
    locked = transaction.meta.get(key_of(token_name)).has_value();
    return {};
  });
  const std::lock_guard guard(mutex_);
  if (read && locked) locked_.insert(token_name);
  if (read && !locked && !unwritten_.contains(token_name)) locked_.erase(token_name);
  return locked_.contains(token_name);
}

Status StorePinLock::lock(const std::string& token_name, const std::string& reason) {
  {
    const std::lock_guard guard(mutex_);
    locked_.insert(token_name);
    unwritten_.insert(token_name);
  }
  Status done = store_.run([&](Transaction& transaction) -> Status {
    transaction.meta.set(key_of(token_name), reason);
    LogEntry entry;
    entry.kind = record_kind::token_locked;
    entry.data = {{"hsm", token_name}, {"reason", reason}};
    transaction.record(entry);
    return {};
  });
  if (done) {
    const std::lock_guard guard(mutex_);
    unwritten_.erase(token_name);
  }
  return done;
}

Result<std::shared_ptr<void>> StorePinLock::turn(const std::string& token_name) {
  if (shared_.empty()) return std::shared_ptr<void>();
  try {
    auto turn = std::make_shared<StoreTurn>(shared_ + "-" + token_name);
    turn->take();
    return std::shared_ptr<void>(std::move(turn));
  } catch (const std::exception& failure) {
    return fail(ErrorKind::unavailable, "token_down",
                std::string("another process keeps the token to itself: ") + failure.what(),
                "try again in a moment");
  }
}

Status StorePinLock::unlock(const std::string& token_name) {
  Status done = store_.run([&](Transaction& transaction) -> Status {
    transaction.meta.erase(key_of(token_name));
    return {};
  });
  if (done) {
    const std::lock_guard guard(mutex_);
    locked_.erase(token_name);
    unwritten_.erase(token_name);
  }
  return done;
}

}  // namespace countersign::server
