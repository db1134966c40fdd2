#include "gateway/client/connection_pool.h"

#include <utility>

namespace countersign {
namespace {

constexpr std::size_t most_idle = 8;

}  // namespace

ConnectionPool::ConnectionPool(ClientConfig config, std::optional<SecureBytes> token)
    : config_(std::move(config)), token_(std::move(token)) {}

Result<HttpAnswer> ConnectionPool::exchange(const HttpRequest& request, Deadline deadline) {
  auto connection = take();
  auto answer = connection->exchange(request, token_ ? &*token_ : nullptr, deadline);
  if (answer) give_back(std::move(connection));
  return answer;
}

std::unique_ptr<HttpConnection> ConnectionPool::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
  }
  return std::make_unique<HttpConnection>(config_.socket, config_.gateway_user);
}

void ConnectionPool::give_back(std::unique_ptr<HttpConnection> connection) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() < most_idle) idle_.push_back(std::move(connection));
}

}  // namespace countersign
