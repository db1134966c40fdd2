// How a request reaches the gateway: over a socket, or without leaving the process.
#pragma once

#include "core/result.h"
#include "gateway/client/http_connection.h"

namespace countersign {

/// Implementations are thread-safe.
class Transport {
 public:
  virtual ~Transport() = default;

  /// Has `request` answered as one caller, whoever the transport stands for. Errors: there was no
  /// answer (HttpConnection::exchange() says which).
  virtual Result<HttpAnswer> exchange(const HttpRequest& request, Deadline deadline) = 0;
};

}  // namespace countersign
