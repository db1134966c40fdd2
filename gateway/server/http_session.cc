#include "gateway/server/http_session.h"

#include <sys/socket.h>

#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <utility>

#include "core/secure_bytes.h"
#include "gateway/client/bearer_token.h"
#include "gateway/server/http_response.h"
#include "policy/model/operation.h"

namespace countersign::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using ErrorCode = boost::system::error_code;
using Token = asio::use_awaitable_t<>;

constexpr std::size_t buffer_size = 64 << 10;
constexpr std::size_t read_size = 4 << 10;

/// Overwrites what it gives back: headers hold bearer tokens.
template <class T>
struct WipingAllocator {
  using value_type = T;
  WipingAllocator() = default;
  template <class U>
  explicit(false) WipingAllocator(const WipingAllocator<U>& /*same*/) noexcept {}
  T* allocate(std::size_t count) { return std::allocator<T>().allocate(count); }
  void deallocate(T* data, std::size_t count) noexcept {
    wipe(data, count * sizeof(T));
    std::allocator<T>().deallocate(data, count);
  }
  bool operator==(const WipingAllocator&) const = default;
};

using Allocator = WipingAllocator<char>;
using Buffer = beast::basic_flat_buffer<Allocator>;
using Parser = http::request_parser<http::string_body, Allocator>;
using Header = http::request_header<http::basic_fields<Allocator>>;

ApiAnswer too_large() {
  return answer_of(413, {ErrorKind::invalid, "too_large", "the request is too large",
                         "keep to the limits of docs/api.md"});
}

/// What to tell a client whose request could not be read; nothing when it is gone or too slow.
std::optional<ApiAnswer> refusal_of(const ErrorCode& error) {
  static const auto& of_http = http::make_error_code(http::error::bad_method).category();
  if (error.category() != of_http || error == http::error::end_of_stream) return std::nullopt;
  if (error == http::error::body_limit || error == http::error::header_limit ||
      error == http::error::buffer_overflow)
    return too_large();
  return answer_of(400, {ErrorKind::invalid, "bad_http",
                         "this is not a whole HTTP/1.1 request: " + error.message(),
                         "send one as docs/api.md describes"});
}

/// The bearer token of the header, which is taken out of it. Errors: `bad_authorization`.
Result<std::optional<SecureBytes>> take_bearer(Header& header) {
  constexpr std::string_view scheme = "Bearer ";
  const std::size_t count = header.count(http::field::authorization);
  if (count == 0) return std::nullopt;
  const auto found = header.find(http::field::authorization)->value();
  const std::string_view value(found.data(), found.size());
  if (count > 1 || !value.starts_with(scheme) || !is_bearer_token(value.substr(scheme.size())))
    return fail(ErrorKind::unauthenticated, "bad_authorization",
                "the Authorization header is not \"Bearer\" with one cs_ token",
                "send the token as \"countersign token create\" printed it");
  std::optional<SecureBytes> bearer(value.substr(scheme.size()));
  header.erase(http::field::authorization);
  return bearer;
}

class BeastSession final : public HttpSession {
 public:
  BeastSession(const std::shared_ptr<asio::io_context>& io, UnixSocket socket, Peer peer, Api& api,
               LargeBodies& large_bodies, const ListenerLimits& limits)
      : io_(io),
        socket_(std::move(socket)),
        hold_(*io),
        peer_(std::move(peer)),
        api_(api),
        large_bodies_(large_bodies),
        limits_(limits) {}

  asio::awaitable<void> serve() override;
  void finish() override;
  void look(SteadyClock::time_point now) override;

 private:
  void give(Milliseconds time) { deadline_ = SteadyClock::now() + time; }
  /// To be asked where what comes without a wait would never be cut off.
  bool late() const { return SteadyClock::now() >= deadline_; }
  asio::awaitable<bool> wait_for_request();
  asio::awaitable<bool> answer_one();
  asio::awaitable<ErrorCode> read_until(Parser& parser, bool (Parser::*done)() const);
  std::optional<ApiAnswer> admit_body(Parser& parser, std::optional<FairShare::Place>& place);
  asio::awaitable<bool> refuse(ApiAnswer answer);
  asio::awaitable<ApiAnswer> ask(ApiRequest request);
  void watch_for_the_end();
  asio::awaitable<void> hold_back(Milliseconds time);
  asio::awaitable<bool> write(ApiAnswer answer, bool keep_alive);
  asio::awaitable<void> hear_out();

  const std::weak_ptr<asio::io_context> io_;
  UnixSocket socket_;
  asio::steady_timer hold_;
  const Peer peer_;
  Api& api_;
  LargeBodies& large_bodies_;
  const ListenerLimits& limits_;
  Buffer buffer_{buffer_size};
  SteadyClock::time_point deadline_ = SteadyClock::time_point::max();  ///< of what is waited for
  bool idle_ = false;
  bool asking_ = false;    ///< the Api has yet to answer
  bool watching_ = false;  ///< for the client to hang up meanwhile
  bool finishing_ = false;
  const std::shared_ptr<std::atomic<bool>> left_ = std::make_shared<std::atomic<bool>>(false);
};

asio::awaitable<void> BeastSession::serve() {
  bool more = true;
  while (more && !finishing_) {
    more = co_await wait_for_request();
    if (more) more = co_await answer_one();
  }
}

void BeastSession::finish() {
  finishing_ = true;
  *left_ = true;
  if (idle_) socket_.cancel();
  hold_.cancel();
}

/// The time for what is waited for is looked after here, and not by a timer for each: most is over
/// long before. So is the client's end, for most answers are quick.
void BeastSession::look(SteadyClock::time_point now) {
  if (now >= deadline_) socket_.cancel();
  if (asking_ && !watching_) watch_for_the_end();
}

/// Waits for the first byte of a request; false when there will be none.
asio::awaitable<bool> BeastSession::wait_for_request() {
  if (buffer_.size() > 0) co_return true;
  // Wipes what the last request left, and gives back what few requests need.
  if (buffer_.capacity() > read_size)
    buffer_.shrink_to_fit();
  else
    wipe(buffer_.prepare(buffer_.capacity()).data(), buffer_.capacity());
  idle_ = true;
  give(limits_.idle);
  ErrorCode error;
  const std::size_t got = co_await socket_.async_read_some(buffer_.prepare(read_size),
                                                           asio::redirect_error(Token{}, error));
  buffer_.commit(got);
  idle_ = false;
  co_return !error && got > 0;
}

/// Has the parser take in what has come, and what comes, until it is `done`. Beast holds the limit
/// of the header against what it is given at once, so what it has taken before is counted here.
asio::awaitable<ErrorCode> BeastSession::read_until(Parser& parser, bool (Parser::*done)() const) {
  ErrorCode error;
  std::size_t header = 0;
  while (!(parser.*done)()) {
    if (buffer_.size() > 0) {
      const bool in_header = !parser.is_header_done();
      const std::size_t used = parser.put(buffer_.data(), error);
      buffer_.consume(used);
      if (in_header) header += used;
      if (header > limits_.header) co_return http::error::header_limit;
      if ((error && error != http::error::need_more) || (parser.*done)()) co_return error;
    }
    if (buffer_.size() + read_size > buffer_.max_size()) co_return http::error::buffer_overflow;
    if (late()) co_return asio::error::timed_out;
    const std::size_t got = co_await socket_.async_read_some(buffer_.prepare(read_size),
                                                             asio::redirect_error(Token{}, error));
    buffer_.commit(got);
    if (error == asio::error::eof) parser.put_eof(error);
    if (error) co_return error;
  }
  co_return ErrorCode();
}

/// Why the body is not even read; nothing when it is. A large one needs a place, and must say how
/// long it is.
std::optional<ApiAnswer> BeastSession::admit_body(Parser& parser,
                                                  std::optional<FairShare::Place>& place) {
  const auto length = parser.content_length();
  if (!length) parser.body_limit(limits_.body);
  if (!length || *length <= limits_.body) return std::nullopt;
  const auto& message = parser.get();
  const BodySize most = api_.largest_body(message.method_string(), message.target());
  const bool huge = *length > limits_.large_body;
  if (most == BodySize::usual || (huge && most != BodySize::huge)) return too_large();
  if (auto taken = (huge ? large_bodies_.huge : large_bodies_.large).take(peer_.uid)) {
    place.emplace(std::move(*taken));
    return std::nullopt;
  }
  ApiAnswer answer = answer_of(
      503, {ErrorKind::unavailable, "too_many_large_requests",
            "this user has as many large requests as he can have now", "try again later"});
  answer.retry_after_seconds = 1;
  return answer;
}

/// Answers what is not read to its end, which is the end of the connection.
asio::awaitable<bool> BeastSession::refuse(ApiAnswer answer) {
  co_await write(std::move(answer), false);
  co_await hear_out();
  co_return false;
}

/// Reads one request and answers it; false when it was the connection's last.
asio::awaitable<bool> BeastSession::answer_one() {
  Parser parser;
  std::optional<FairShare::Place> place;
  parser.header_limit(static_cast<std::uint32_t>(limits_.header));
  parser.body_limit(limits_.huge_body);
  give(limits_.request);
  ErrorCode error = co_await read_until(parser, &Parser::is_header_done);
  if (!error) {
    if (auto refusal = admit_body(parser, place)) co_return co_await refuse(std::move(*refusal));
    parser.eager(true);
    error = co_await read_until(parser, &Parser::is_done);
  }
  if (error) {
    if (auto refusal = refusal_of(error)) co_await refuse(std::move(*refusal));
    co_return false;
  }
  auto& message = parser.get();
  ApiRequest request;
  request.peer = peer_;
  request.method = std::string(message.method_string());
  request.target = std::string(message.target());
  request.body = std::move(message.body());
  // Reading so much takes a while in which nobody else is served: not one after another.
  const bool huge = request.body.size() > limits_.large_body;
  auto bearer = take_bearer(message);
  if (!bearer)
    co_return co_await write(answer_of(401, bearer.error()), parser.keep_alive() && !finishing_);
  request.bearer = std::move(*bearer);
  request.left = left_;
  deadline_ = SteadyClock::time_point::max();
  ApiAnswer answer = co_await ask(std::move(request));
  if (huge) answer.hold = std::max(answer.hold, limits_.huge_pause);
  if (answer.hold.count() > 0 && !finishing_) co_await hold_back(answer.hold);
  co_return co_await write(std::move(answer), parser.keep_alive() && !finishing_);
}

/// What the Api answers, brought back into this session's thread.
asio::awaitable<ApiAnswer> BeastSession::ask(ApiRequest request) {
  auto start = [this](auto handler, ApiRequest asked) {
    using Handler = decltype(handler);
    struct Pending {
      std::shared_ptr<asio::io_context> io;  // outlives the coroutine that the handler holds
      Handler handler;
    };
    auto pending = std::make_shared<Pending>(Pending{io_.lock(), std::move(handler)});
    api_.handle(std::move(asked), [pending](ApiAnswer answer) {
      asio::post(*pending->io,
                 [handler = std::move(pending->handler), answer = std::move(answer)]() mutable {
                   std::move(handler)(std::move(answer));
                 });
    });
  };
  Token token;
  asking_ = true;
  ApiAnswer answer = co_await asio::async_initiate<Token, void(ApiAnswer)>(std::move(start), token,
                                                                           std::move(request));
  asking_ = false;
  if (std::exchange(watching_, false)) socket_.cancel();
  co_return answer;
}

/// Notes when the client hangs up while its answer is awaited, which may take days.
void BeastSession::watch_for_the_end() {
  if (buffer_.size() > 0) return;  // it has sent more, so it is there
  watching_ = true;
  socket_.async_wait(UnixSocket::wait_read,
                     [left = left_, descriptor = socket_.native_handle()](const ErrorCode& error) {
                       char next = 0;
                       if (!error && recv(descriptor, &next, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
                         *left = true;
                     });
}

/// Keeps the client waiting, but not a gateway that stops.
asio::awaitable<void> BeastSession::hold_back(Milliseconds time) {
  ErrorCode stopped;
  hold_.expires_after(time);
  co_await hold_.async_wait(asio::redirect_error(Token{}, stopped));
}

/// Writes one answer; whether the connection can go on.
asio::awaitable<bool> BeastSession::write(ApiAnswer answer, bool keep_alive) {
  std::string message = message_of(answer, keep_alive);
  wipe(answer.body.data(), answer.body.size());  // a new token may be in it
  ErrorCode error;
  if (const std::size_t sent = send_at_once(socket_, message); sent < message.size()) {
    give(limits_.request);
    co_await asio::async_write(socket_, asio::buffer(message) + sent,
                               asio::redirect_error(Token{}, error));
  }
  wipe(message.data(), message.size());
  co_return keep_alive && !error;
}

/// Lets a client that is still sending notice the refusal, rather than a broken connection.
asio::awaitable<void> BeastSession::hear_out() {
  ErrorCode error;
  socket_.shutdown(UnixSocket::shutdown_send, error);
  buffer_.clear();
  give(limits_.linger);
  while (!error && !late()) {
    co_await socket_.async_read_some(buffer_.prepare(read_size),
                                     asio::redirect_error(Token{}, error));
  }
}

}  // namespace

std::unique_ptr<HttpSession> make_http_session(const std::shared_ptr<asio::io_context>& io,
                                               UnixSocket socket, Peer peer, Api& api,
                                               LargeBodies& large_bodies,
                                               const ListenerLimits& limits) {
  return std::make_unique<BeastSession>(io, std::move(socket), std::move(peer), api, large_bodies,
                                        limits);
}

}  // namespace countersign::server
