// Remembers in the store which tokens refused their PIN.
#pragma once

#include <mutex>
#include <set>
#include <string>

#include "gateway/server/store_thread.h"
#include "hsm-backends/token.h"

namespace countersign::server {

/// Thread-safe; lock() and unlock() wait for the store, so they are not called on its thread.
class StorePinLock final : public hsm::PinLock {
 public:
  explicit StorePinLock(StoreThread& store) : store_(store) {}

  /// Reads which of these tokens are locked.
  Status load(const std::vector<std::string>& token_names);

  bool locked(const std::string& token_name) const override;
  Status lock(const std::string& token_name, const std::string& reason) override;
  Status unlock(const std::string& token_name) override;

 private:
  StoreThread& store_;
  mutable std::mutex mutex_;
  std::set<std::string> locked_;
};

}  // namespace countersign::server
