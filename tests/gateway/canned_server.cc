#include "tests/gateway/canned_server.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

namespace countersign {
namespace {

/// Reads one whole request; empty when the client closed before.
std::string read_request(int descriptor) {
  std::string text;
  char byte = 0;
  while (!text.ends_with("\r\n\r\n")) {
    if (recv(descriptor, &byte, 1, 0) <= 0) return {};
    text += byte;
  }
  const std::string field = "Content-Length: ";
  const std::size_t found = text.find(field);
  std::size_t length =
      found == std::string::npos ? 0 : std::stoul(text.substr(found + field.size()));
  for (; length > 0; --length) {
    if (recv(descriptor, &byte, 1, 0) <= 0) return {};
    text += byte;
  }
  return text;
}

}  // namespace

std::string http_answer(int status, const std::string& body, const std::string& header) {
  return "HTTP/1.1 " + std::to_string(status) + " Status\r\n" + header +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

CannedServer::CannedServer(const std::string& socket, std::vector<Connection> connections)
    : listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      connections_(std::move(connections)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, socket.data(), socket.size());
  if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(listener_, 8) != 0)
    std::abort();
  thread_ = std::thread([this] {
    for (const Connection& each : connections_) {
      const int descriptor = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (descriptor < 0) return;
      serve(descriptor, each);
      close(descriptor);
      ++closed_;
    }
  });
}

CannedServer::~CannedServer() {
  shutdown(listener_, SHUT_RDWR);
  thread_.join();
  close(listener_);
}

void CannedServer::serve(int descriptor, const Connection& answers) {
  for (const std::string& answer : answers) {
    const std::string request = read_request(descriptor);
    if (request.empty()) return;
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
    }
    send(descriptor, answer.data(), answer.size(), MSG_NOSIGNAL);
  }
}

std::vector<std::string> CannedServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void CannedServer::wait_for_closed(int count) const {
  while (closed_ < count) std::this_thread::yield();
}

}  // namespace countersign
