#include "hsm-backends/worker_process.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "core/trusted_file.h"
#include "hsm-backends/worker_wire.h"

namespace countersign::hsm {
namespace {

constexpr const char* program_name = "countersign-token-worker";
/// A worker that does not even take its configuration for so long is none.
constexpr std::chrono::seconds start_patience(10);

Error not_started(const TokenConfig& config, const std::string& why) {
  return {ErrorKind::unavailable, "token_down",
          "token " + config.name + ": its worker process cannot be started: " + why,
          "see that the gateway's user may start processes and open files"};
}

bool of_the_gateway_alone(std::string_view variable) {
  constexpr std::array<std::string_view, 4> beginnings{"COUNTERSIGN_", "LISTEN_",
                                                       "NOTIFY_SOCKET=", "WATCHDOG_"};
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [&](std::string_view each) { return variable.starts_with(each); });
}

std::vector<std::string> worker_environment() {
  std::vector<std::string> all = current_environment();
  std::erase_if(all, of_the_gateway_alone);
  return all;
}

/// The worker's ends of the connections, closed here once it has them.
struct FarEnds {
  FarEnds() = default;
  FarEnds(const FarEnds&) = delete;
  FarEnds& operator=(const FarEnds&) = delete;
  ~FarEnds() {
    for (const int each : descriptors) close(each);
  }
  std::vector<int> descriptors;
};

}  // namespace

Result<std::string> token_worker_program() {
  std::error_code failed;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", failed);
  if (failed)
    return fail(ErrorKind::internal, "worker_missing",
                "the gateway's own executable is not known: " + failed.message(),
                "mount /proc for the gateway");
  const auto folder = self.parent_path();
  auto program = folder / program_name;
  if (!std::filesystem::exists(program, failed))
    program = (folder / COUNTERSIGN_LIBEXEC / program_name).lexically_normal();
  if (auto trusted = check_trusted("the token worker", program.string()); !trusted)
    return fail(std::move(trusted.error()));
  return program.string();
}

Result<std::shared_ptr<WorkerProcess>> WorkerProcess::start(const std::string& program,
                                                            const TokenConfig& config) {
  std::vector<std::unique_ptr<WorkerChannel>> channels;
  FarEnds far;
  for (unsigned each = 0; each < config.sessions + 1; ++each) {
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
      return fail(not_started(config, std::system_category().message(errno)));
    channels.push_back(std::make_unique<WorkerChannel>(ends[0], worker_wire::longest_report));
    far.descriptors.push_back(ends[1]);
  }
  auto child = ChildProcess::spawn({.argv = {program, config.name},
                                    .environment = worker_environment(),
                                    .descriptors = far.descriptors});
  if (!child) return fail(not_started(config, std::system_category().message(child.error())));
  std::shared_ptr<WorkerProcess> worker(new WorkerProcess(*std::move(child), std::move(channels)));
  if (!worker->control().send(worker_wire::encode_start(config),
                              std::chrono::steady_clock::now() + start_patience))
    return fail(not_started(config, "it does not take its configuration"));
  return worker;
}

WorkerProcess::WorkerProcess(ChildProcess child,
                             std::vector<std::unique_ptr<WorkerChannel>> channels)
    : child_(std::move(child)), channels_(std::move(channels)), control_(channels_.front().get()) {
  for (auto each = channels_.rbegin(); each + 1 != channels_.rend(); ++each)
    idle_.push_back(each->get());
}

WorkerChannel* WorkerProcess::take() {
  if (idle_.empty()) return nullptr;
  WorkerChannel* const channel = idle_.back();
  idle_.pop_back();
  return channel;
}

void WorkerProcess::hang_up() const {
  for (const auto& each : channels_) each->shut();
}

}  // namespace countersign::hsm
