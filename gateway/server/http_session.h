// One client's connection: reads requests one after the other, asks the Api, writes the answers.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>

#include "gateway/server/api.h"
#include "gateway/server/fair_share.h"
#include "gateway/server/http_listener.h"
#include "gateway/server/http_response.h"

namespace countersign::server {

using SteadyClock = std::chrono::steady_clock;

/// Requests with more than the usual in hand.
struct LargeBodies {
  FairShare large;
  FairShare huge;
};

/// Lives in the thread that runs its io_context; only the Api's callback may come from another.
class HttpSession {
 public:
  virtual ~HttpSession() = default;

  /// Serves until the client goes, breaks a rule of HTTP or is too slow, or finish() was called.
  virtual boost::asio::awaitable<void> serve() = 0;

  /// Ends serve(): at once when no request has begun, else when it is answered.
  virtual void finish() = 0;

  /// To be called every now and then, with the time: ends serve() when the client is too slow, and
  /// sees to it that one who hangs up while he waits long for his answer is missed.
  virtual void look(SteadyClock::time_point now) = 0;
};

/// A session with `peer` on `socket`, which belongs to `io`. Callbacks of the Api that come late
/// keep `io` alive; `api`, `large_bodies` and `limits` must live as long as `io` is run.
std::unique_ptr<HttpSession> make_http_session(const std::shared_ptr<boost::asio::io_context>& io,
                                               UnixSocket socket, Peer peer, Api& api,
                                               LargeBodies& large_bodies,
                                               const ListenerLimits& limits);

}  // namespace countersign::server
