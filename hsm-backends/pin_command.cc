#include "hsm-backends/pin_command.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "core/child_process.h"
#include "core/trusted_file.h"

namespace countersign::hsm {
namespace {

constexpr std::size_t most_output = 4096;
using Deadline = ChildProcess::Deadline;

tl::unexpected<Error> command_failed(const std::string& program, const std::string& why) {
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

}  // namespace

Result<SecureBytes> run_pin_command(const std::vector<std::string>& argv, Milliseconds patience) {
  if (argv.empty() || !argv.front().starts_with('/'))
    return command_failed(argv.empty() ? "" : argv.front(), "is not named by an absolute path");
  const std::string& program = argv.front();
  if (auto trusted = check_trusted("PIN command", program); !trusted)
    return fail(std::move(trusted.error()));
  Pipe pipe;
  if (!pipe.open()) return command_failed(program, "gets no pipe: " + in_words(errno));
  const auto deadline = std::chrono::steady_clock::now() + patience;
  auto child = ChildProcess::spawn(
      {.argv = argv, .environment = current_environment(), .output = pipe.writing()});
  if (!child) return command_failed(program, "cannot be run: " + in_words(child.error()));
  pipe.close_writing();

  Buffer output;
  const Ending ending = read_output(pipe.reading(), deadline, output);
  if (ending == Ending::broken) return command_failed(program, "cannot be read from");
  if (ending == Ending::too_much)
    return command_failed(program, "writes more than " + std::to_string(most_output) + " bytes");
  const auto status = ending == Ending::closed ? child->wait_until(deadline) : std::optional<int>();
  if (!status)
    return command_failed(program, "took longer than " + std::to_string(patience.count()) + " ms");
  if (*status != 0) return command_failed(program, ending_in_words(*status));
  return SecureBytes({output.bytes.data(), output.filled});
}

}  // namespace countersign::hsm
