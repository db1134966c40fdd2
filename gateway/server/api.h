// The gateway's API without its transport: one request in, one answer out.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/secure_bytes.h"

namespace countersign::server {

/// What the kernel says of the process at the other end, taken when it connected.
struct Peer {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::int32_t pid = 0;
  std::vector<std::uint32_t> groups;  ///< supplementary (SO_PEERGROUPS)
};

struct ApiRequest {
  Peer peer;
  std::optional<SecureBytes> bearer;  ///< the token of the Authorization header
  std::string method;
  std::string target;  ///< path and query as sent
  std::string body;
  /// Set when the client has hung up, or its connection is about to end.
  std::shared_ptr<const std::atomic<bool>> left = nullptr;
};

struct ApiAnswer {
  int status = 500;
  std::string body;                             ///< one JSON object
  std::optional<unsigned> retry_after_seconds;  ///< with 503
  Milliseconds hold{0};                         ///< how long the client is to wait for it, at least
};

/// What a body may hold: what every request may; a message to be signed, or a document; a hundred
/// thousand digests.
enum class BodySize { usual, large, huge };

class Api {
 public:
  virtual ~Api() = default;

  /// How large a body such a request may bring. Thread-safe.
  virtual BodySize largest_body(std::string_view method, std::string_view target) const = 0;

  /// Starts answering. `done` is called exactly once, from any thread, possibly before handle()
  /// returns; it must not throw. Thread-safe. Never blocks for long: work goes to other threads.
  virtual void handle(ApiRequest request, std::function<void(ApiAnswer)> done) = 0;
};

}  // namespace countersign::server
