// A running worker process of one token, as the gateway holds it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/child_process.h"
#include "core/result.h"
#include "hsm-backends/token_config.h"
#include "hsm-backends/worker_channel.h"

namespace countersign::hsm {

/// The worker program that belongs to this gateway: `countersign-token-worker` in the folder of the
/// running executable, as in the build tree, or else in Countersign's libexec folder, which lies
/// where it was installed relative to the executable. Nothing else is looked at. Errors: those of
/// check_trusted().
Result<std::string> token_worker_program();

/// The process, a connection to steer it by, and one for each session of the token. Killed and
/// reaped when it goes. Not thread-safe, but that each channel may have a thread of its own, and
/// kill() may come at any time before wait_until() or wait().
class WorkerProcess {
 public:
  /// Starts `program`, which is trusted, and tells it its token. Its environment is this process's
  /// without what is meant for the gateway alone: COUNTERSIGN_…, and what the service manager says
  /// (sd_notify(3), sd_listen_fds(3)). Errors: `token_down`.
  static Result<std::shared_ptr<WorkerProcess>> start(const std::string& program,
                                                      const TokenConfig& config);

  WorkerChannel& control() { return *control_; }

  /// Lends a channel of a session; null while all are lent.
  WorkerChannel* take();
  void give_back(WorkerChannel& channel) { idle_.push_back(&channel); }

  void kill() const { child_.kill(); }
  /// Closes the connections: an idle worker then ends by itself. No channel is lent any more.
  void hang_up() const;
  std::optional<int> wait_until(ChildProcess::Deadline deadline) {
    return child_.wait_until(deadline);
  }
  int wait() { return child_.wait(); }

 private:
  WorkerProcess(ChildProcess child, std::vector<std::unique_ptr<WorkerChannel>> channels);

  ChildProcess child_;
  std::vector<std::unique_ptr<WorkerChannel>> channels_;
  WorkerChannel* control_;
  std::vector<WorkerChannel*> idle_;  ///< last in, first out: what was used last is warm
};

}  // namespace countersign::hsm
