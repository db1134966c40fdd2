#include "core/child_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>
#include <utility>

#include "core/clock.h"

namespace countersign {
namespace {

/// Copies of descriptors, all above those that a child gets: none is overwritten before its turn.
class Copies {
 public:
  explicit Copies(const std::vector<int>& descriptors) {
    const int above = STDERR_FILENO + 1 + static_cast<int>(descriptors.size());
    for (const int each : descriptors) copies_.push_back(fcntl(each, F_DUPFD_CLOEXEC, above));
  }
  Copies(const Copies&) = delete;
  Copies& operator=(const Copies&) = delete;
  ~Copies() {
    for (const int each : copies_)
      if (each >= 0) close(each);
  }
  bool complete() const {
    for (const int each : copies_)
      if (each < 0) return false;
    return true;
  }
  const std::vector<int>& get() const { return copies_; }

 private:
  std::vector<int> copies_;
};

/// posix_spawn's two attribute objects, set up for a program that must inherit nothing else.
class SpawnSettings {
 public:
  SpawnSettings(const ChildProcess::Start& start, const std::vector<int>& descriptors) {
    posix_spawn_file_actions_init(&actions_);
    add_stream(STDIN_FILENO, start.input, O_RDONLY);
    add_stream(STDOUT_FILENO, start.output, O_WRONLY);
    int next = STDERR_FILENO + 1;
    for (const int each : descriptors) posix_spawn_file_actions_adddup2(&actions_, each, next++);
    posix_spawn_file_actions_addclosefrom_np(&actions_, next);
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
  void add_stream(int stream, int descriptor, int mode) {
    if (descriptor < 0)
      posix_spawn_file_actions_addopen(&actions_, stream, "/dev/null", mode, 0);
    else
      posix_spawn_file_actions_adddup2(&actions_, descriptor, stream);
  }

  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

/// The list of pointers, ended by a null, that exec takes.
std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> all;
  all.reserve(texts.size() + 1);
  for (const std::string& each : texts) all.push_back(const_cast<char*>(each.c_str()));
  all.push_back(nullptr);
  return all;
}

}  // namespace

tl::expected<ChildProcess, int> ChildProcess::spawn(const Start& start) {
  const Copies copies(start.descriptors);
  if (!copies.complete()) return tl::unexpected(errno);
  const SpawnSettings settings(start, copies.get());
  pid_t pid = -1;
  const int error =
      posix_spawn(&pid, start.argv.front().c_str(), settings.actions(), settings.attributes(),
                  pointers(start.argv).data(), pointers(start.environment).data());
  if (error != 0) return tl::unexpected(error);
  return ChildProcess(pid);
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}

ChildProcess::~ChildProcess() {
  if (pid_ <= 0) return;
  kill();
  wait();
}

std::optional<int> ChildProcess::wait_until(Deadline deadline) {
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

void ChildProcess::kill() const {
  ::kill(-pid_, SIGKILL);
}

int ChildProcess::wait() {
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return status;
}

std::string ending_in_words(int wait_status) {
  if (WIFSIGNALED(wait_status)) {
    const int signal = WTERMSIG(wait_status);
    const char* const name = sigdescr_np(signal);
    return "was ended by signal " + std::to_string(signal) +
           (name == nullptr ? "" : " (" + std::string(name) + ")");
  }
  return "ended with exit status " + std::to_string(WEXITSTATUS(wait_status));
}

std::vector<std::string> current_environment() {
  std::vector<std::string> all;
  for (char** each = environ; each != nullptr && *each != nullptr; ++each) all.emplace_back(*each);
  return all;
}

}  // namespace countersign
