// Connections to the gateway, shared by the threads of one process.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "core/result.h"
#include "core/secure_bytes.h"
#include "gateway/client/client_config.h"
#include "gateway/client/http_connection.h"
#include "gateway/client/transport.h"

namespace countersign {

/// Every exchange takes an idle connection or opens another. Thread-safe; no lock is held while
/// anything is sent or awaited.
class ConnectionPool final : public Transport {
 public:
  /// `token` names the caller in every exchange; without it the gateway asks the kernel.
  ConnectionPool(ClientConfig config, std::optional<SecureBytes> token);

  /// As HttpConnection::exchange().
  Result<HttpAnswer> exchange(const HttpRequest& request, Deadline deadline) override;

 private:
  std::unique_ptr<HttpConnection> take();
  void give_back(std::unique_ptr<HttpConnection> connection);

  const ClientConfig config_;
  const std::optional<SecureBytes> token_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<HttpConnection>> idle_;
};

}  // namespace countersign
