// HTTP/1.1 on the gateway's Unix socket: takes requests in, hands them to the Api, writes answers.
#pragma once

#include <cstddef>
#include <memory>

#include "core/clock.h"
#include "core/log_sink.h"
#include "core/result.h"
#include "gateway/server/api.h"
#include "gateway/server/gateway_config.h"

namespace countersign::server {

/// What one client may use up. Sizes in bytes.
struct ListenerLimits {
  std::size_t header = 16 << 10;
  std::size_t body = 64 << 10;          ///< what every request may bring
  std::size_t large_body = 1536 << 10;  ///< what some may: an Ed25519 message in base64
  std::size_t huge_body = 20 << 20;     ///< what one may: 100,000 digests with their names
  Milliseconds request{10'000};         ///< from a request's first byte to its last
  Milliseconds idle{120'000};           ///< between two requests
  Milliseconds linger{1'000};           ///< for a refused client to notice that it was
  Milliseconds drain{30'000};           ///< for requests in flight when stop() is called
  std::size_t connections = 4096;       ///< at once, shared fairly among users
  std::size_t large_bodies = 64;        ///< in hand at once, shared fairly among users
  std::size_t huge_bodies = 2;          ///< likewise
  Milliseconds huge_pause{2'000};  ///< for which the answer to a huge one is held back, at least
};

/// One request at a time per connection. Every answer is JSON, errors in HTTP itself included;
/// docs/api.md lists them. The uid that stands for unknown users is refused.
class HttpListener {
 public:
  /// Listens on `config.socket`, or on the socket that systemd hands over. `api` and `log` must
  /// live until the listener is gone and every callback of handle() was called or dropped.
  /// Errors: those of ListeningSocket::open().
  static Result<std::unique_ptr<HttpListener>> open(const GatewayConfig& config, Api& api,
                                                    LogSink& log,
                                                    const ListenerLimits& limits = {});
  ~HttpListener();

  /// Serves in this thread until stop() was called and what was in flight is answered, or its time
  /// is over. To be called once.
  void run();

  /// Ends run(): accepts nobody any more, closes idle connections, lets requests in flight finish.
  /// Returns at once. Thread-safe, also before run(); not for signal handlers.
  void stop();

 private:
  class Impl;
  explicit HttpListener(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace countersign::server
