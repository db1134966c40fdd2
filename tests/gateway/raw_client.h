// A client that sends any bytes and sees what comes back.
#pragma once

#include <optional>
#include <string>

namespace countersign {

struct RawAnswer {
  int status = 0;
  std::string header;  ///< with the status line
  std::string body;
};

/// A whole request for something that is there.
inline const std::string plain_get = "GET /v1/signers HTTP/1.1\r\nHost: x\r\n\r\n";

/// The code of the error that `answer` carries.
std::string code_of(const RawAnswer& answer);

/// A plain connection to a Unix socket. Waits at most ten seconds for anything: a test that hangs
/// fails instead.
class RawClient {
 public:
  explicit RawClient(const std::string& socket);
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  ~RawClient();

  bool connected() const { return descriptor_ >= 0; }
  /// Sends all of it; false when the other end has closed.
  bool send(const std::string& bytes);
  /// Ends this end's sending only.
  void end_sending();
  /// The next whole answer; nothing when the connection ends before.
  std::optional<RawAnswer> receive();
  /// Whether the other end closes, and sends nothing before it does.
  bool closed();

 private:
  bool fill();

  int descriptor_;
  std::string buffer_;
};

}  // namespace countersign
