#include "module/report.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <ctime>
#include <utility>

#include "core/text.h"

namespace countersign::module {
namespace {

/// Keeps SIGPIPE, which a closed stderr raises, from ending the host process.
class PipeSignalHeldBack {
 public:
  PipeSignalHeldBack() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    sigset_t pending;
    sigemptyset(&pending);
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  PipeSignalHeldBack(const PipeSignalHeldBack&) = delete;
  PipeSignalHeldBack& operator=(const PipeSignalHeldBack&) = delete;
  ~PipeSignalHeldBack() {
    constexpr timespec at_once{0, 0};
    if (!was_pending_) sigtimedwait(&pipe_, nullptr, &at_once);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t pipe_{};
  sigset_t before_{};
  bool was_pending_ = false;
};

void write_once(int descriptor, const std::string& line) {
  const PipeSignalHeldBack held_back;
  // One write, so that lines of several processes do not mix; what does not fit is lost.
  [[maybe_unused]] const ssize_t written = ::write(descriptor, line.data(), line.size());
}

/// The file to add to, on a descriptor that is none of the three standard ones; -1 on failure.
int open_log(const std::string& path) {
  constexpr int flags =
      O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK;
  const int opened = ::open(path.c_str(), flags, 0600);
  if (opened < 0 || opened > STDERR_FILENO) return opened;
  const int moved = ::fcntl(opened, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  ::close(opened);
  return moved;
}

}  // namespace

Report::Report(std::string destination) : destination_(std::move(destination)) {}

void Report::line(std::string_view text) const {
  if (destination_ == "none") return;
  const std::string line = "countersign: " + printable(text) + "\n";
  if (destination_ == "stderr") {
    if (::fcntl(STDERR_FILENO, F_GETFD) >= 0) write_once(STDERR_FILENO, line);
    return;
  }
  const int log = open_log(destination_);
  if (log < 0) return;
  write_once(log, line);
  ::close(log);
}

}  // namespace countersign::module
