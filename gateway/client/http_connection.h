// HTTP/1.1 to the gateway over a plain Unix-socket descriptor, one exchange at a time.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>

#include "core/clock.h"
#include "core/result.h"
#include "core/secure_bytes.h"

namespace countersign {

using Deadline = std::chrono::steady_clock::time_point;

struct HttpRequest {
  std::string method;
  std::string target;  ///< path and query, percent-encoded
  std::string body;    ///< one JSON object, or empty
};

struct HttpAnswer {
  int status = 0;
  std::string body;                         ///< at most 16 MiB
  std::optional<Milliseconds> retry_after;  ///< what the server asks to wait
};

/// One connection, opened when it is first needed and again whenever it is gone. It lives inside
/// foreign processes: the descriptor is close-on-exec and never 0 to 2, nothing raises SIGPIPE, and
/// a descriptor inherited over fork(2), or closed and reused by the host, is not written to.
///
/// Before anything is sent it is checked who listens: the process at the other end must have run
/// as root (systemd), as this very user, or as `gateway_user` when it called listen(2).
///
/// Not thread-safe; ConnectionPool shares several among threads.
class HttpConnection {
 public:
  HttpConnection(std::string socket, std::string gateway_user);
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;
  ~HttpConnection();

  /// Sends `request`, with `bearer` as its Authorization when not null, and waits for the answer,
  /// whatever its status. A GET is sent once more when a kept connection turns out to be closed.
  /// Errors: `gateway_unreachable` (nothing was sent), `connection_broken` and `gateway_timeout`
  /// (it may have been received), all of kind unavailable; `gateway_not_trusted`, `bad_answer` of
  /// kind internal; `bad_authorization` when `bearer` does not look like a token.
  Result<HttpAnswer> exchange(const HttpRequest& request, const SecureBytes* bearer,
                              Deadline deadline);

 private:
  bool usable();
  Status connect(Deadline deadline);
  Status check_peer() const;
  Result<HttpAnswer> attempt(const HttpRequest& request, const SecureBytes* bearer,
                             Deadline deadline);
  void drop() noexcept;

  const std::string socket_;
  const std::string gateway_user_;
  int descriptor_ = -1;
  pid_t process_ = 0;  ///< that connected
  ino_t inode_ = 0;    ///< of the socket, to notice that the host reused the number
};

}  // namespace countersign
