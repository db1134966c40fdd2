#include "tests/gateway/raw_client.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <nlohmann/json.hpp>

namespace countersign {

std::string code_of(const RawAnswer& answer) {
  return nlohmann::json::parse(answer.body).at("error").at("code");
}

RawClient::RawClient(const std::string& socket)
    : descriptor_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, socket.data(), socket.size());
  if (connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
    return;
  close(descriptor_);
  descriptor_ = -1;
}

RawClient::~RawClient() {
  if (descriptor_ >= 0) close(descriptor_);
}

bool RawClient::send(const std::string& bytes) {
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t sent =
        ::send(descriptor_, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    done += static_cast<std::size_t>(sent);
  }
  return true;
}

void RawClient::end_sending() {
  shutdown(descriptor_, SHUT_WR);
}

bool RawClient::fill() {
  pollfd entry{descriptor_, POLLIN, 0};
  if (poll(&entry, 1, 10'000) <= 0) return false;
  char bytes[4096];
  const ssize_t got = recv(descriptor_, bytes, sizeof bytes, 0);
  if (got <= 0) return false;
  buffer_.append(bytes, static_cast<std::size_t>(got));
  return true;
}

std::optional<RawAnswer> RawClient::receive() {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
    if (!fill()) return std::nullopt;
  RawAnswer answer;
  answer.header = buffer_.substr(0, end + 2);
  answer.status = std::stoi(answer.header.substr(9, 3));
  const std::string field = "\r\nContent-Length: ";
  const std::size_t length =
      std::stoul(answer.header.substr(answer.header.find(field) + field.size()));
  while (buffer_.size() < end + 4 + length)
    if (!fill()) return std::nullopt;
  answer.body = buffer_.substr(end + 4, length);
  buffer_.erase(0, end + 4 + length);
  return answer;
}

bool RawClient::closed() {
  if (!buffer_.empty()) return false;
  pollfd entry{descriptor_, POLLIN, 0};
  char byte = 0;
  return poll(&entry, 1, 10'000) > 0 && recv(descriptor_, &byte, 1, 0) <= 0;
}

}  // namespace countersign
