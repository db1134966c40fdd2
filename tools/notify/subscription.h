// One handler's way through the log: in order for each request, at least once, and never lost.
#pragma once

#include <chrono>
#include <memory>
#include <set>
#include <stop_token>
#include <string>

#include "core/clock.h"
#include "core/log_sink.h"
#include "core/result.h"
#include "tools/notify/delivery.h"
#include "tools/notify/gateway_events.h"
#include "tools/notify/handler_state.h"
#include "tools/notify/notify_config.h"

namespace countersign::notify {

/// What a Subscription works with; all of it outlives it.
struct Surroundings {
  GatewayEvents& gateway;
  Delivery& delivery;
  const Clock& clock;
  LogSink& log;
};

/// Reads the log from where the handler has come to, tells it what it wants, and keeps the
/// position: only after an event was delivered, became a dead letter, or was put among those that
/// wait. An event that failed waits for its next try, and later ones of the same request behind it;
/// all others go on. Not thread-safe.
class Subscription {
 public:
  /// Takes the state up from `folder`. A handler that has none begins at the end of the log, which
  /// is asked for at the first round. Errors: those of load_state().
  static Result<Subscription> open(const HandlerConfig& handler, const std::string& folder,
                                   const Surroundings& around);

  /// Tries again what is due and takes what is new. Errors: those of the gateway and of the state's
  /// files, and then nothing is lost; the handler's own are dealt with here.
  Status round(const std::stop_token& stop);

  /// Before the next round after the gateway could not be asked: it may hold another log by then.
  void distrust_position() { position_checked_ = false; }

  const HandlerState& state() const { return state_; }

 private:
  Subscription(const HandlerConfig& handler, std::string folder, const Surroundings& around,
               const std::optional<HandlerState>& state);
  Status check_position();
  Status retry(const std::stop_token& stop);
  Status retry_one(std::size_t index, const std::stop_token& stop);
  Status take_new(const std::stop_token& stop);
  Status take(Event event, const std::stop_token& stop);
  Status look_at_time();
  Status note_ended(const std::set<RequestId>& pending);
  bool wanted(const Event& event) const;
  bool concerns(const std::string& signer) const;
  bool is_held_back(const std::optional<RequestId>& request) const;
  Result<bool> failed(WaitingEvent& event, const Event& told, const Error& error);
  void succeeded();
  Status save();

  HandlerConfig handler_;
  std::string folder_;
  Surroundings around_;
  HandlerState state_;
  bool is_new_;
  bool position_checked_ = false;
  Time looked_at_time_{};
};

}  // namespace countersign::notify
