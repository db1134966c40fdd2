// The services of the embedded shape: gateway, store and token in this very process.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/clock.h"
#include "core/log_sink.h"
#include "core/result.h"
#include "core/secure_bytes.h"
#include "gateway/client/admin_service.h"
#include "gateway/client/signing_service.h"

namespace countersign::server {

class EmbeddedGateway;

/// Everything is done on the calling thread, within the process: none is started, and what a call
/// decides holds for all processes that share the store. Thread-safe.
class EmbeddedServices {
 public:
  /// Reads the gateway's configuration, the default one when no path is given; opens neither store
  /// nor token yet. `log` gets what belongs to no call's answer. Errors: those of
  /// read_gateway_config().
  static Result<EmbeddedServices> open(const std::string& gateway_config,
                                       std::shared_ptr<LogSink> log);

  /// Services for the caller whom `token` names, or the process's real user without one. A call
  /// takes `patience` at most, except where store or token take longer.
  std::unique_ptr<SigningService> signing(std::optional<SecureBytes> token,
                                          Milliseconds patience) const;
  std::unique_ptr<AdminService> admin(std::optional<SecureBytes> token,
                                      Milliseconds patience) const;

 private:
  explicit EmbeddedServices(std::shared_ptr<EmbeddedGateway> gateway);
  std::shared_ptr<EmbeddedGateway> gateway_;
};

}  // namespace countersign::server
