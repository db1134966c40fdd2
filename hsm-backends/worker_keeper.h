// Keeps the worker process of one token running, and calls it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "core/log_sink.h"
#include "hsm-backends/token.h"
#include "hsm-backends/token_config.h"
#include "hsm-backends/worker_call.h"
#include "hsm-backends/worker_process.h"

namespace countersign::hsm {

/// Starts the worker, has it reach the token, and starts another one when it ends, crashes or
/// misses a deadline: after a tenth of a second at first, twice as long each time, half a minute at
/// most, and a tenth again once a call has succeeded. Has a thread for that. Thread-safe.
class WorkerKeeper {
 public:
  /// `program` is the worker's (token_worker_program()); `lock` and `log` outlive this.
  WorkerKeeper(TokenConfig config, std::string program, PinLock& lock, LogSink& log);
  WorkerKeeper(const WorkerKeeper&) = delete;
  WorkerKeeper& operator=(const WorkerKeeper&) = delete;
  ~WorkerKeeper() { stop(); }

  /// Waits for an attempt to reach the token, lets the worker end by itself, kills it after some
  /// seconds; again does nothing. No call may be running, and none may follow.
  void stop();

  /// Sends `request` (worker_wire.h) and returns what comes back: as many calls run at once as the
  /// token has sessions, others wait. Waits for the first start of the worker; later on, while
  /// there is none, the answer is at once why. Errors: `token_down` (surely not signed),
  /// `token_failed` (the worker got the request, and then ended or missed the deadline), those of
  /// the worker.
  tl::expected<Bytes, SignFailure> call(const Bytes& request);

  /// As the worker told it last, or why there is none. Never waits.
  TokenStatus status() const;
  bool ready() const;

  /// Starts a worker that is down at once, and waits until it runs or has failed again.
  void start_now();

 private:
  using Worker = std::shared_ptr<WorkerProcess>;
  enum class Phase { starting, up, down, stopping };

  void run();
  void keep(const Worker& worker);
  void reach(const Worker& worker);
  bool pause();
  void end(const Worker& worker);
  void note(const Worker& worker, const worker_wire::Answer& answer);
  void lose(const Worker& worker, const LostCall& call);
  void down(const std::string& why);
  Error lost_error(const LostCall& call) const;

  const TokenConfig config_;
  const std::string program_;
  PinLock& lock_;
  LogSink& log_;

  mutable std::mutex mutex_;         ///< guards the rest; never held during a call to the worker
  std::condition_variable changed_;  ///< phase_ or settled_ changed, or a channel is free
  std::condition_variable wake_;     ///< for run(): stop, or start at once
  Phase phase_ = Phase::starting;
  Worker worker_;                     ///< from its start until it is given up
  bool reaching_ = false;             ///< run() waits for the worker's answer
  std::optional<std::string> blame_;  ///< why we killed it
  Error why_down_;
  TokenStatus status_;
  std::uint64_t status_number_ = 0;  ///< of this worker's last one
  std::uint64_t begun_ = 0;          ///< attempts to start a worker, so far
  std::uint64_t settled_ = 0;        ///< the last of them that came to something, or to nothing
  Milliseconds next_pause_;
  bool hurry_ = false;

  std::thread thread_;
};

}  // namespace countersign::hsm
