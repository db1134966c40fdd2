// What a process that serves the store tells the store of itself.
#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <string_view>

#include "policy/gateways.h"

namespace countersign::server {

/// Thread-safe. A process that goes on is noted anew with a call it answers, so that nothing has to
/// run for it; never with one that signs.
class Presence {
 public:
  /// `name` is that of the configuration.
  Presence(const std::string& name, std::string_view shape);

  /// Whether it is time to note it; true once for each time.
  bool is_due();
  /// Notes it in the store.
  void note(Transaction& transaction) const;

 private:
  const KnownGateway gateway_;
  std::atomic<std::chrono::steady_clock::rep> noted_{};
};

}  // namespace countersign::server
