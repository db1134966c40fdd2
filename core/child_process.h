// A program that is started and waited for.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"

namespace countersign {

/// A child that leads a process group of its own, so that a Ctrl-C at this process's terminal
/// passes it by. The whole group is killed and the child reaped when this goes. Not thread-safe.
class ChildProcess {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  struct Start {
    std::vector<std::string> argv;         ///< argv[0] is the absolute path of the program
    std::vector<std::string> environment;  ///< "NAME=value"
    int input = -1;                        ///< its stdin; /dev/null when negative
    int output = -1;                       ///< its stdout; likewise
    std::vector<int> descriptors = {};     ///< it gets them as 3, 4, …
  };

  /// Starts a program with the caller's stderr, no signal blocked or ignored,
  /// and no open file but those in `start`. Error: errno of what failed.
  static tl::expected<ChildProcess, int> spawn(const Start& start);

  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess();

  /// The wait status; nothing when the child still runs at `deadline`.
  std::optional<int> wait_until(Deadline deadline);

  /// Kills the group, without waiting. Not after wait_until() or wait() gave a status.
  void kill() const;

  /// The wait status (waitpid(2)). Waits without limit: kill() comes before.
  int wait();

 private:
  explicit ChildProcess(pid_t pid) : pid_(pid) {}
  pid_t pid_;
};

/// How a process ended, from its wait status: "was ended by signal 11 (Segmentation fault)", "ended
/// with exit status 1".
std::string ending_in_words(int wait_status);

/// The environment of this process.
std::vector<std::string> current_environment();

}  // namespace countersign
