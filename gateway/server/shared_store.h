// The store of the embedded shape: several processes have it open, and whoever asks does the work.
#pragma once

#include <mutex>

#include "gateway/server/fork_gate.h"
#include "gateway/server/gateway_config.h"
#include "gateway/server/store_access.h"
#include "gateway/server/store_keeper.h"

namespace countersign::server {

/// Opened when it is first needed, and again after a fork or a failure. Used within a
/// ForkGate::Passage. Thread-safe.
class SharedStore final : public StoreAccess, private ForkGate::Closes {
 public:
  /// `config` outlives it. Opens nothing yet.
  explicit SharedStore(const GatewayConfig& config);
  SharedStore(const SharedStore&) = delete;
  SharedStore& operator=(const SharedStore&) = delete;
  ~SharedStore() override;

  /// Does `work` on the calling thread, and calls `done` on it. Errors besides those of
  /// PolicyStore::run(): those of open_store().
  void post(Owner owner, PolicyStore::Work work, Done done) override;
  void post_unhurried(PolicyStore::Work work, Done done) override;
  /// In one go, for other processes' commits would have it begin anew; they need not wait for it.
  void copy_to(const std::string& path, Done done) override;
  /// Another process may change it.
  bool watch(RequestId /*request*/, RequestWatch::Watcher /*watcher*/) override { return false; }

 private:
  Status do_now(const PolicyStore::Work& work);
  Status copy_now(const std::string& path);
  void close_for_fork() override;

  std::mutex mutex_;
  StoreKeeper store_;
};

}  // namespace countersign::server
