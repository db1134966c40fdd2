#include "gateway/server/http_response.h"

#include <sys/socket.h>

#include <boost/beast/http/status.hpp>
#include <nlohmann/json.hpp>

#include "gateway/client/wire.h"

namespace countersign::server {

namespace http = boost::beast::http;

ApiAnswer answer_of(int status, const Error& error) {
  ApiAnswer answer;
  answer.status = status;
  answer.body = wire::to_json(error).dump();
  return answer;
}

/// Beast's serialiser would take longer over it than over all else that a request costs this
/// thread.
std::string message_of(const ApiAnswer& answer, bool keep_alive) {
  const auto reason =
      http::obsolete_reason(http::int_to_status(static_cast<unsigned>(answer.status)));
  std::string message;
  message.reserve(256 + answer.body.size());  // growing would leave copies of what is secret
  message.append("HTTP/1.1 ").append(std::to_string(answer.status)).append(" ");
  message.append(reason.data(), reason.size());
  message.append("\r\nContent-Type: application/json\r\nCache-Control: no-store\r\n");
  if (answer.retry_after_seconds)
    message.append("Retry-After: ").append(std::to_string(*answer.retry_after_seconds)) += "\r\n";
  if (!keep_alive) message.append("Connection: close\r\n");
  message.append("Content-Length: ").append(std::to_string(answer.body.size()));
  return message.append("\r\n\r\n").append(answer.body);
}

std::size_t send_at_once(UnixSocket& socket, std::string_view message) {
  const ssize_t sent =
      send(socket.native_handle(), message.data(), message.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  return sent < 0 ? 0 : static_cast<std::size_t>(sent);
}

}  // namespace countersign::server
