// The PIN's lock as a worker process sees it: the gateway keeps it.
#pragma once

#include "hsm-backends/token.h"
#include "hsm-backends/worker_channel.h"
#include "hsm-backends/worker_wire.h"

namespace countersign::hsm {

/// Asks over the connection on which the calling thread works at a request. What cannot be asked
/// is locked. Thread-safe.
class WorkerPinLock final : public PinLock {
 public:
  /// Makes `channel` the connection of this thread for as long as it lives.
  class Asking {
   public:
    explicit Asking(WorkerChannel& channel);
    Asking(const Asking&) = delete;
    Asking& operator=(const Asking&) = delete;
    ~Asking();
  };

  bool locked(const std::string& token_name) const override;
  Status lock(const std::string& token_name, const std::string& reason) override;
  Status unlock(const std::string& token_name) override;
  void trying(const std::string& token_name) override;
  void answered(const std::string& token_name) override;
};

}  // namespace countersign::hsm
