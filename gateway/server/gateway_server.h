// Everything behind the Api: store, policy, tokens, and the threads that work on them.
#pragma once

#include <memory>

#include "core/log_sink.h"
#include "core/result.h"
#include "gateway/server/api.h"
#include "gateway/server/gateway_config.h"

namespace countersign::server {

class GatewayServer {
 public:
  /// Opens store, log key and tokens. Errors are one line that names what is wrong and the mend.
  static Result<std::unique_ptr<GatewayServer>> start(const GatewayConfig& config, LogSink& log);
  ~GatewayServer();

  Api& api();

  /// Finishes what was begun and closes the store. After the listener has stopped.
  void stop();

 private:
  GatewayServer();
};

}  // namespace countersign::server
