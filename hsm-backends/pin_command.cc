#include "hsm-backends/pin_command.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <optional>
#include <system_error>
#include <thread>

#include "core/trusted_file.h"

namespace countersign::hsm {
namespace {

constexpr std::size_t most_output = 4096;
using Deadline = std::chrono::steady_clock::time_point;

tl::unexpected<Error> unreadable(const std::string& program, const std::string& why) {
  return fail(ErrorKind::unavailable, "pin_unreadable", "PIN command " + program + " " + why,
              "run it by hand as the gateway's user and mend what it says");
}

std::string in_words(int error) {
  return std::system_category().message(error);
}

/// Both ends of a pipe, closed when they go.
class Pipe {
 public:
  Pipe() { open_ = pipe2(ends_.data(), O_CLOEXEC) == 0; }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  bool open() const { return open_; }
  int reading() const { return ends_[0]; }
  int writing() const { return ends_[1]; }
  void close_writing() { close_end(1); }

 private:
  void close_end(std::size_t which) {
    if (ends_.at(which) >= 0) close(ends_.at(which));
    ends_.at(which) = -1;
  }
  std::array<int, 2> ends_{-1, -1};
  bool open_ = false;
};

/// A child that leads its own process group; killed and reaped when it goes unreaped.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid_ <= 0) return;
    kill(-pid_, SIGKILL);
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }

  /// The wait status; nothing when the child still runs at `deadline`.
  std::optional<int> wait_until(Deadline deadline) {
    while (true) {
      int status = 0;
      const pid_t got = waitpid(pid_, &status, WNOHANG);
      if (got == pid_) {
        pid_ = -1;
        return status;
      }
      if ((got < 0 && errno != EINTR) || std::chrono::steady_clock::now() >= deadline)
        return std::nullopt;
      std::this_thread::sleep_for(Milliseconds(5));
    }
  }

 private:
  pid_t pid_;
};

/// posix_spawn's two attribute objects, set up for a program that must inherit nothing.
class SpawnSettings {
 public:
  explicit SpawnSettings(int output) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  const posix_spawn_file_actions_t* actions() const { return &actions_; }
  const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

/// Bytes that are overwritten when they go.
struct Buffer {
  std::array<char, most_output + 1> bytes{};
  std::size_t filled = 0;

  Buffer() = default;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() { wipe(bytes.data(), bytes.size()); }
};

enum class Ending { closed, too_much, too_late, broken };

Ending read_output(int descriptor, Deadline deadline, Buffer& into) {
  while (into.filled < into.bytes.size()) {
    const auto left = std::chrono::ceil<Milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return Ending::too_late;
    pollfd waiting{descriptor, POLLIN, 0};
    const int ready = poll(&waiting, 1, static_cast<int>(left.count()));
    if (ready < 0 && errno != EINTR) return Ending::broken;
    if (ready <= 0) continue;
    const ssize_t got =
        read(descriptor, into.bytes.data() + into.filled, into.bytes.size() - into.filled);
    if (got < 0 && errno != EINTR) return Ending::broken;
    if (got == 0) return Ending::closed;
    if (got > 0) into.filled += static_cast<std::size_t>(got);
  }
  return Ending::too_much;
}

std::optional<std::string> complaint(int status) {
  if (WIFSIGNALED(status)) return "was ended by signal " + std::to_string(WTERMSIG(status));
  if (WEXITSTATUS(status) != 0)
    return "ended with exit status " + std::to_string(WEXITSTATUS(status));
  return std::nullopt;
}

}  // namespace

Result<SecureBytes> run_pin_command(const std::vector<std::string>& argv, Milliseconds patience) {
  if (argv.empty() || !argv.front().starts_with('/'))
    return unreadable(argv.empty() ? "" : argv.front(), "is not named by an absolute path");
  const std::string& program = argv.front();
  if (auto trusted = check_trusted("PIN command", program); !trusted)
    return fail(std::move(trusted.error()));
  Pipe pipe;
  if (!pipe.open()) return unreadable(program, "gets no pipe: " + in_words(errno));
  std::vector<char*> arguments;
  arguments.reserve(argv.size() + 1);
  for (const std::string& each : argv) arguments.push_back(const_cast<char*>(each.c_str()));
  arguments.push_back(nullptr);

  const Deadline deadline = std::chrono::steady_clock::now() + patience;
  pid_t pid = -1;
  const SpawnSettings settings(pipe.writing());
  const int error = posix_spawn(&pid, program.c_str(), settings.actions(), settings.attributes(),
                                arguments.data(), environ);
  if (error != 0) return unreadable(program, "cannot be run: " + in_words(error));
  Child child(pid);
  pipe.close_writing();

  Buffer output;
  const Ending ending = read_output(pipe.reading(), deadline, output);
  if (ending == Ending::broken) return unreadable(program, "cannot be read from");
  if (ending == Ending::too_much)
    return unreadable(program, "writes more than " + std::to_string(most_output) + " bytes");
  const auto status = ending == Ending::closed ? child.wait_until(deadline) : std::optional<int>();
  if (!status)
    return unreadable(program, "took longer than " + std::to_string(patience.count()) + " ms");
  if (const auto why = complaint(*status)) return unreadable(program, *why);
  return SecureBytes({output.bytes.data(), output.filled});
}

}  // namespace countersign::hsm
