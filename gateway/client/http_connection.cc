#include "gateway/client/http_connection.h"

#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

#include "core/exit_gate.h"
#include "gateway/client/bearer_token.h"

namespace countersign {
namespace {

namespace http = boost::beast::http;

constexpr std::size_t largest_body = 16 << 20;
constexpr std::size_t largest_header = 16 << 10;
constexpr std::size_t read_size = 16 << 10;
constexpr int first_descriptor = 3;  // 0 to 2 are the host's, even while it has them closed

tl::unexpected<Error> unreachable(const std::string& socket, int error) {
  return fail(
      ErrorKind::unavailable, "gateway_unreachable",
      "cannot reach the gateway at " + socket + ": " + std::system_category().message(error),
      "check that countersignd runs and that \"socket\" in the client config is its socket");
}

tl::unexpected<Error> broken() {
  return fail(ErrorKind::unavailable, "connection_broken",
              "the gateway closed the connection before it answered",
              "try again; the gateway's journal says why it stopped");
}

tl::unexpected<Error> bad_answer(const std::string& why) {
  return fail(ErrorKind::internal, "bad_answer", "the gateway's answer cannot be read: " + why,
              "check that \"socket\" in the client config is the socket of countersignd");
}

tl::unexpected<Error> process_exits() {
  return fail(ErrorKind::internal, "process_exits", "this process exits",
              "let calls end before the process does");
}

int poll_away(pollfd& entry, int milliseconds) {
  const ExitGate::Away waiting;
  return poll(&entry, 1, milliseconds);
}

/// Waits until `descriptor` is ready for `events` or broken; -1 waits for the deadline alone.
Status wait_for(int descriptor, short events, Deadline deadline) {
  while (true) {
    const auto left =
        std::chrono::ceil<Milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    if (left <= 0)
      return fail(ErrorKind::unavailable, "gateway_timeout", "the gateway did not answer in time",
                  "try again; if it persists, see the gateway's journal");
    pollfd entry{descriptor, events, 0};
    const int ready = poll_away(entry, static_cast<int>(std::min<std::int64_t>(left, 60'000)));
    if (ExitGate::turned_away()) return process_exits();
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return broken();
  }
}

int open_socket() {
  const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0 || descriptor >= first_descriptor) return descriptor;
  const int moved = fcntl(descriptor, F_DUPFD_CLOEXEC, first_descriptor);
  close(descriptor);
  return moved;
}

/// The user's number; nothing when there is no such user.
std::optional<uid_t> uid_of(const std::string& user) {
  std::vector<char> memory(16 << 10);
  passwd entry{};
  passwd* found = nullptr;
  if (getpwnam_r(user.c_str(), &entry, memory.data(), memory.size(), &found) != 0 ||
      found == nullptr)
    return std::nullopt;
  return found->pw_uid;
}

/// A message on its way out, wiped afterwards: it holds the bearer token.
class Outgoing {
 public:
  Outgoing(const HttpRequest& request, const SecureBytes* bearer) {
    text_.reserve(512 + request.target.size() + request.body.size());  // growing would leave copies
    text_.append(request.method).append(" ").append(request.target).append(" HTTP/1.1\r\n");
    text_.append("Host: countersign\r\n");
    if (bearer != nullptr)
      text_.append("Authorization: Bearer ").append(bearer->view()).append("\r\n");
    if (!request.body.empty()) text_.append("Content-Type: application/json\r\n");
    if (request.method != "GET")
      text_.append("Content-Length: ").append(std::to_string(request.body.size())).append("\r\n");
    text_.append("\r\n").append(request.body);
  }
  Outgoing(const Outgoing&) = delete;
  Outgoing& operator=(const Outgoing&) = delete;
  ~Outgoing() { wipe(text_.data(), text_.size()); }

  Status send_to(int descriptor, Deadline deadline) const {
    for (std::size_t done = 0; done < text_.size();) {
      const ssize_t sent = send(descriptor, text_.data() + done, text_.size() - done, MSG_NOSIGNAL);
      if (sent >= 0) {
        done += static_cast<std::size_t>(sent);
      } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
        if (auto ready = wait_for(descriptor, POLLOUT, deadline); !ready) return ready;
      } else if (errno == EPIPE || errno == ECONNRESET) {
        return {};  // it may have answered before it closed: a request too large, for instance
      } else if (errno != EINTR) {
        return broken();
      }
    }
    return {};
  }

 private:
  std::string text_;
};

using Parser = http::response_parser<http::string_body>;
using Buffer = boost::beast::flat_buffer;

/// Gives the parser all it can use of what has arrived.
Status parse(Parser& parser, Buffer& buffer) {
  boost::system::error_code error;
  buffer.consume(parser.put(buffer.data(), error));
  if (error && error != http::error::need_more) return bad_answer(error.message());
  return {};
}

/// Receives one whole message.
Status receive(int descriptor, Parser& parser, Buffer& buffer, Deadline deadline) {
  parser.header_limit(largest_header);
  parser.body_limit(largest_body);
  parser.eager(true);
  while (!parser.is_done()) {
    const auto space = buffer.prepare(read_size);
    const ssize_t got = recv(descriptor, space.data(), space.size(), 0);
    if (got > 0) {
      buffer.commit(static_cast<std::size_t>(got));
      if (auto parsed = parse(parser, buffer); !parsed) return parsed;
    } else if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      if (auto ready = wait_for(descriptor, POLLIN, deadline); !ready) return ready;
    } else if (got == 0 || errno != EINTR) {
      return broken();
    }
  }
  return {};
}

std::optional<Milliseconds> retry_after(const Parser& parser) {
  const auto text = parser.get()[http::field::retry_after];
  unsigned seconds = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data(), end, seconds);
  if (text.empty() || code != std::errc{} || stop != end || seconds > 3600) return std::nullopt;
  return std::chrono::seconds(seconds);
}

}  // namespace

HttpConnection::HttpConnection(std::string socket, std::string gateway_user)
    : socket_(std::move(socket)), gateway_user_(std::move(gateway_user)) {}

HttpConnection::~HttpConnection() {
  drop();
}

Result<HttpAnswer> HttpConnection::exchange(const HttpRequest& request, const SecureBytes* bearer,
                                            Deadline deadline) {
  if (bearer != nullptr && !is_bearer_token(bearer->view()))
    return fail(ErrorKind::unauthenticated, "bad_authorization",
                "COUNTERSIGN_TOKEN does not hold a bearer token",
                "set it to the cs_ text that \"countersign token create\" printed, or unset it");
  const bool kept = usable();
  if (!kept)
    if (auto connected = connect(deadline); !connected) return fail(std::move(connected.error()));
  auto answer = attempt(request, bearer, deadline);
  if (!answer && kept && request.method == "GET" && answer.error().code == "connection_broken") {
    if (auto connected = connect(deadline); !connected) return fail(std::move(connected.error()));
    answer = attempt(request, bearer, deadline);
  }
  return answer;
}

/// Whether the connection is there, is this process's own, and was not closed by the gateway.
bool HttpConnection::usable() {
  if (descriptor_ < 0) return false;
  struct stat status {};
  if (fstat(descriptor_, &status) != 0 || !S_ISSOCK(status.st_mode) || status.st_ino != inode_) {
    descriptor_ = -1;  // the host closed it and may have reused the number: not ours to close
    return false;
  }
  pollfd entry{descriptor_, POLLIN | POLLRDHUP, 0};
  if (process_ == getpid() && poll(&entry, 1, 0) == 0) return true;
  drop();
  return false;
}

Status HttpConnection::connect(Deadline deadline) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_.size() >= sizeof address.sun_path) return unreachable(socket_, ENAMETOOLONG);
  std::memcpy(address.sun_path, socket_.data(), socket_.size());
  descriptor_ = open_socket();
  if (descriptor_ < 0) return unreachable(socket_, errno);
  struct stat status {};
  if (fstat(descriptor_, &status) == 0) inode_ = status.st_ino;
  process_ = getpid();
  while (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const int error = errno;
    // EAGAIN: the gateway's queue of new connections is full (connect(2), Unix sockets).
    const auto pause = std::chrono::steady_clock::now() + std::chrono::milliseconds(10);
    if (error == EINTR || (error == EAGAIN && pause < deadline)) {
      static_cast<void>(wait_for(-1, 0, pause));
      continue;
    }
    drop();
    return unreachable(socket_, error);
  }
  auto trusted = check_peer();
  if (!trusted) drop();
  return trusted;
}

Status HttpConnection::check_peer() const {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (getsockopt(descriptor_, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return broken();
  if (peer.uid == 0 || peer.uid == geteuid() || peer.uid == uid_of(gateway_user_)) return {};
  return fail(ErrorKind::internal, "gateway_not_trusted",
              "whoever listens at " + socket_ + " runs as user " + std::to_string(peer.uid) +
                  ", neither root nor " + gateway_user_,
              "correct \"socket\", or set \"gateway_user\" to the user countersignd runs as");
}

Result<HttpAnswer> HttpConnection::attempt(const HttpRequest& request, const SecureBytes* bearer,
                                           Deadline deadline) {
  Parser parser;
  Buffer buffer;
  auto done = Outgoing(request, bearer).send_to(descriptor_, deadline);
  if (done) done = receive(descriptor_, parser, buffer, deadline);
  if (!done) {
    drop();
    return fail(std::move(done.error()));
  }
  if (!parser.keep_alive() || buffer.size() != 0) drop();
  return HttpAnswer{static_cast<int>(parser.get().result_int()), std::move(parser.get().body()),
                    retry_after(parser)};
}

/// Closes this process's copy only: shutdown(2) would end it for the process it was inherited from.
void HttpConnection::drop() noexcept {
  if (descriptor_ >= 0) close(descriptor_);
  descriptor_ = -1;
}

}  // namespace countersign
