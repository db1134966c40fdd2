// A server that answers with given bytes, to show a client what a gateway would never send.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace countersign {

/// An answer with a proper length.
std::string http_answer(int status, const std::string& body, const std::string& header = {});

/// Serves one connection after the other: reads a request for each of its answers, sends the
/// answer, and closes. Answers nothing, and closes, after an empty one.
class CannedServer {
 public:
  using Connection = std::vector<std::string>;

  CannedServer(const std::string& socket, std::vector<Connection> connections);
  CannedServer(const CannedServer&) = delete;
  CannedServer& operator=(const CannedServer&) = delete;
  ~CannedServer();

  /// The requests read so far, whole.
  std::vector<std::string> requests() const;
  /// Waits until `count` connections were served and closed.
  void wait_for_closed(int count) const;

 private:
  void serve(int descriptor, const Connection& answers);

  int listener_;
  std::vector<Connection> connections_;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::atomic<int> closed_ = 0;
  std::thread thread_;
};

}  // namespace countersign
