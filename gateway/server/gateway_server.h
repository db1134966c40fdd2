// The gateway put together: store, tokens and the Api over them.
#pragma once

#include <memory>
#include <optional>

#include "core/clock.h"
#include "core/log_sink.h"
#include "core/result.h"
#include "gateway/server/api.h"
#include "gateway/server/gateway_config.h"
#include "gateway/server/refusing_api.h"

namespace countersign::server {

class GatewayServer {
 public:
  /// Opens store and log key, checks the log's head and the store's mark, reaches for the tokens in
  /// the background and records the start. A token that is down does not keep the gateway from
  /// starting. With a store that needs recovery it starts, leaves the store alone and refuses every
  /// call with that reason. Errors: those of open_store(), HighWaterMark::open().
  static Result<std::unique_ptr<GatewayServer>> start(const GatewayConfig& config, LogSink& log);
  ~GatewayServer();

  /// Takes calls until stop(). Thread-safe.
  Api& api();

  /// Finishes what the tokens have in hand, records outcomes and the stop, closes the store. No
  /// call may come afterwards. Called once.
  void stop();

 private:
  struct Parts;
  explicit GatewayServer(std::unique_ptr<Parts> parts);
  explicit GatewayServer(Error reason);
  std::unique_ptr<Parts> parts_;  ///< null when it refuses everything
  std::optional<RefusingApi> refusing_;
};

}  // namespace countersign::server
