#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "core/child_process.h"
#include "core/trusted_file.h"
#include "tools/notify/delivery.h"
#include "tools/notify/event_text.h"

namespace countersign::notify {
namespace {

constexpr Milliseconds between_checks{50};

tl::unexpected<Error> command_failed(const std::string& why) {
  return fail(ErrorKind::unavailable, "not_delivered", "the command " + why);
}

/// A file in memory that is read from its beginning: unlike a pipe it is never full.
class MemoryFile {
 public:
  explicit MemoryFile(const std::string& content)
      : descriptor_(memfd_create("event", MFD_CLOEXEC)) {
    const auto size = static_cast<ssize_t>(content.size());
    if (descriptor_ >= 0 && pwrite(descriptor_, content.data(), content.size(), 0) != size) {
      close(descriptor_);
      descriptor_ = -1;
    }
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

class Command final : public Delivery {
 public:
  Command(CommandConfig config, Milliseconds time_limit)
      : config_(std::move(config)), time_limit_(time_limit) {}

  Status deliver(const Event& event, const std::stop_token& stop) override {
    if (auto trusted = check_trusted("command", config_.argv.front()); !trusted) return trusted;
    const MemoryFile input(event_json(event) + "\n");
    if (input.get() < 0)
      return command_failed("gets no input: " + std::system_category().message(errno));
    const auto deadline = std::chrono::steady_clock::now() + time_limit_;
    auto child = ChildProcess::spawn({.argv = config_.argv,
                                      .environment = {"PATH=/usr/bin:/bin", "LANG=C.UTF-8"},
                                      .input = input.get()});
    if (!child)
      return command_failed("cannot be run: " + std::system_category().message(child.error()));
    while (!stop.stop_requested() && std::chrono::steady_clock::now() < deadline) {
      const auto status =
          child->wait_until(std::min(deadline, std::chrono::steady_clock::now() + between_checks));
      if (status && *status == 0) return {};
      if (status) return command_failed(ending_in_words(*status));
    }
    return command_failed("took longer than " + std::to_string(time_limit_.count()) + " ms");
  }

 private:
  const CommandConfig config_;
  const Milliseconds time_limit_;
};

}  // namespace

std::unique_ptr<Delivery> make_command(const CommandConfig& command, Milliseconds time_limit) {
  return std::make_unique<Command>(command, time_limit);
}

}  // namespace countersign::notify
