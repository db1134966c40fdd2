#include "gateway/server/http_listener.h"

#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <exception>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "gateway/client/wire.h"
#include "gateway/server/fair_share.h"
#include "gateway/server/http_session.h"
#include "gateway/server/listening_socket.h"
#include "gateway/server/peer.h"

namespace countersign::server {
namespace {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;
using Token = asio::use_awaitable_t<>;

constexpr unsigned retry_seconds = 1;
constexpr Milliseconds longest_between_looks{1'000};
constexpr Milliseconds accept_pause{200};
constexpr std::chrono::minutes told_once_in{1};
constexpr std::size_t other_descriptors = 128;  // store, tokens, logs
constexpr std::size_t most_told_of = 1'000;

/// As many connections as are allowed, or as the process has descriptors for.
std::size_t connections_possible(std::size_t allowed) {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur == RLIM_INFINITY) return allowed;
  const std::size_t rest = files.rlim_cur > 2 * other_descriptors
                               ? files.rlim_cur - other_descriptors
                               : files.rlim_cur / 2;
  return std::min(allowed, rest);
}

/// A client who is too slow is cut off a quarter of his time later at most.
Milliseconds between_looks(const ListenerLimits& limits) {
  return std::min({limits.request / 4, limits.idle / 4, limits.linger / 4, longest_between_looks});
}

}  // namespace

class HttpListener::Impl {
 public:
  Impl(ListeningSocket socket, Api& api, LogSink& log, const ListenerLimits& limits);
  ~Impl() { release_socket(); }

  Status start();
  void run() { io_->run(); }
  void request_stop();

 private:
  asio::awaitable<void> accept_all();
  asio::awaitable<void> look_after_all();
  void admit(UnixSocket socket);
  void turn_away(UnixSocket socket, const Peer& peer, const Error& error, bool passing);
  void begin_stop();
  void release_socket();

  const std::shared_ptr<asio::io_context> io_ = std::make_shared<asio::io_context>(1);
  Api& api_;
  LogSink& log_;
  const ListenerLimits limits_;
  const std::uint32_t overflow_uid_ = overflow_uid();
  std::optional<ListeningSocket> socket_;
  asio::local::stream_protocol::acceptor acceptor_{*io_};
  asio::steady_timer pause_{*io_};
  asio::steady_timer drain_{*io_};
  asio::steady_timer look_{*io_};
  std::set<std::shared_ptr<HttpSession>> sessions_;
  FairShare connections_;
  LargeBodies large_bodies_;
  std::map<std::uint32_t, SteadyClock::time_point> turned_away_;  ///< last told of, by uid
  bool stopping_ = false;
};

HttpListener::Impl::Impl(ListeningSocket socket, Api& api, LogSink& log,
                         const ListenerLimits& limits)
    : api_(api),
      log_(log),
      limits_(limits),
      socket_(std::move(socket)),
      connections_(connections_possible(limits.connections)),
      large_bodies_{FairShare(limits.large_bodies), FairShare(limits.huge_bodies)} {}

Status HttpListener::Impl::start() {
  ErrorCode error;
  acceptor_.assign(asio::local::stream_protocol(), socket_->descriptor(), error);
  if (error)
    return fail(ErrorKind::internal, "bad_socket", "cannot accept connections: " + error.message());
  const auto ended = [](const std::exception_ptr& failure) {
    if (failure) std::rethrow_exception(failure);  // out of memory: run() must not go on deaf
  };
  asio::co_spawn(*io_, accept_all(), ended);
  asio::co_spawn(*io_, look_after_all(), ended);
  return {};
}

void HttpListener::Impl::request_stop() {
  asio::post(*io_, [this] { begin_stop(); });
}

void HttpListener::Impl::begin_stop() {
  if (std::exchange(stopping_, true)) return;
  release_socket();
  pause_.cancel();
  for (const auto& session : sessions_) session->finish();
  if (sessions_.empty()) {
    look_.cancel();
    return;
  }
  drain_.expires_after(limits_.drain);
  drain_.async_wait([this](const ErrorCode& error) {
    if (error) return;
    log_.write(Severity::warning, "stopping with " + std::to_string(sessions_.size()) +
                                      " requests unanswered after " +
                                      std::to_string(limits_.drain.count() / 1000) + " s");
    io_->stop();
  });
}

/// The acceptor must let go of the descriptor before its owner closes it.
void HttpListener::Impl::release_socket() {
  ErrorCode ignored;
  if (acceptor_.is_open()) acceptor_.release(ignored);
  socket_.reset();
}

/// Until all are gone and nobody comes any more.
asio::awaitable<void> HttpListener::Impl::look_after_all() {
  const Milliseconds pause = between_looks(limits_);
  while (!stopping_ || !sessions_.empty()) {
    ErrorCode cancelled;
    look_.expires_after(pause);
    co_await look_.async_wait(asio::redirect_error(Token{}, cancelled));
    const auto now = SteadyClock::now();
    for (const auto& session : sessions_) session->look(now);
  }
}

asio::awaitable<void> HttpListener::Impl::accept_all() {
  while (!stopping_) {
    UnixSocket socket(*io_);
    ErrorCode error;
    co_await acceptor_.async_accept(socket, asio::redirect_error(Token{}, error));
    if (stopping_) break;
    if (!error) {
      admit(std::move(socket));
      continue;
    }
    log_.write(Severity::error, "cannot accept a connection: " + error.message());
    pause_.expires_after(accept_pause);  // out of descriptors, mostly: let some be closed
    co_await pause_.async_wait(asio::redirect_error(Token{}, error));
  }
}

/// Tells the client why he is not served, and the log once in a while. What is `passing` says when
/// to come back.
void HttpListener::Impl::turn_away(UnixSocket socket, const Peer& peer, const Error& error,
                                   bool passing) {
  ApiAnswer answer = answer_of(wire::http_status(error.kind), error);
  if (passing) answer.retry_after_seconds = retry_seconds;
  send_at_once(socket, message_of(answer, false));
  const auto now = SteadyClock::now();
  const auto told = turned_away_.find(peer.uid);
  if (told != turned_away_.end() && now - told->second < told_once_in) return;
  if (turned_away_.size() >= most_told_of) turned_away_.clear();
  turned_away_[peer.uid] = now;
  log_.write(Severity::warning,
             "turned user " + std::to_string(peer.uid) + " away: " + error.text());
}

void HttpListener::Impl::admit(UnixSocket socket) {
  auto peer = peer_of(socket.native_handle());
  if (!peer) return;
  if (peer->uid == overflow_uid_) return turn_away(std::move(socket), *peer, unknown_user(), false);
  auto place = connections_.take(peer->uid);
  if (!place)
    return turn_away(std::move(socket), *peer,
                     {ErrorKind::unavailable, "too_many_connections",
                      "this user has as many connections as he can have now", "try again later"},
                     true);
  const std::uint32_t uid = peer->uid;
  std::shared_ptr<HttpSession> session =
      make_http_session(io_, std::move(socket), std::move(*peer), api_, large_bodies_, limits_);
  sessions_.insert(session);
  auto ended = [this, session, uid, held = std::move(*place)](const std::exception_ptr& failure) {
    if (failure)
      log_.write(Severity::error, "a connection of user " + std::to_string(uid) + " failed");
    sessions_.erase(session);
    if (!stopping_ || !sessions_.empty()) return;
    drain_.cancel();
    look_.cancel();
  };
  asio::co_spawn(*io_, session->serve(), std::move(ended));
}

HttpListener::HttpListener(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpListener::~HttpListener() = default;

Result<std::unique_ptr<HttpListener>> HttpListener::open(const GatewayConfig& config, Api& api,
                                                         LogSink& log,
                                                         const ListenerLimits& limits) {
  auto socket = ListeningSocket::open(config.socket, config.socket_mode);
  if (!socket) return fail(std::move(socket.error()));
  auto impl = std::make_unique<Impl>(std::move(*socket), api, log, limits);
  if (auto started = impl->start(); !started) return fail(std::move(started.error()));
  return std::unique_ptr<HttpListener>(new HttpListener(std::move(impl)));
}

void HttpListener::run() {
  impl_->run();
}

void HttpListener::stop() {
  impl_->request_stop();
}

}  // namespace countersign::server
