// The Unix socket the gateway listens on: made here, or handed over by systemd.
#pragma once

#include <string>

#include "core/result.h"

namespace countersign::server {

/// A bound, listening, close-on-exec descriptor. Closed when it goes; the socket's file is removed
/// with it when it was made here and is still the same. Movable. Not thread-safe.
class ListeningSocket {
 public:
  /// Takes systemd's socket when there is one (sd_listen_fds(3)); it must be the one socket, a Unix
  /// stream socket bound to `path`. Else binds `path` and gives it `mode`. A socket nobody
  /// listens on any more is replaced. Errors: `socket_in_use` (unavailable); `bad_socket`
  /// (invalid) when something else stands at `path`, or it cannot be made there.
  static Result<ListeningSocket> open(const std::string& path, unsigned mode);

  ListeningSocket(ListeningSocket&& other) noexcept;
  ListeningSocket& operator=(ListeningSocket&&) = delete;
  ~ListeningSocket();

  int descriptor() const { return descriptor_; }
  bool from_systemd() const { return path_.empty(); }

 private:
  ListeningSocket(int descriptor, std::string path);
  static Result<ListeningSocket> take_from_systemd(int count, const std::string& path);

  int descriptor_;
  std::string path_;         ///< to remove; empty when the file is systemd's
  unsigned long inode_ = 0;  ///< of that file
};

}  // namespace countersign::server
