// Remembers in the store which tokens refused their PIN.
#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "gateway/server/store_access.h"
#include "hsm-backends/token.h"

namespace countersign::server {

/// Thread-safe; waits for the store, so it is not called within its work.
class StorePinLock final : public hsm::PinLock {
 public:
  /// `shared`: path of the store when other processes have it open as well; empty when none has.
  explicit StorePinLock(StoreAccess& store, std::string shared = {})
      : store_(store), shared_(std::move(shared)) {}

  /// As the store says, which other processes may share; while it does not answer, as last known.
  bool locked(const std::string& token_name) const override;
  Status lock(const std::string& token_name, const std::string& reason) override;
  Status unlock(const std::string& token_name) override;
  Result<std::shared_ptr<void>> turn(const std::string& token_name) override;

 private:
  StoreAccess& store_;
  const std::string shared_;
  mutable std::mutex mutex_;
  mutable std::set<std::string> locked_;  ///< as last known
  std::set<std::string> unwritten_;       ///< those of them that the store did not take
};

}  // namespace countersign::server
