#include "tools/notify/notify_service.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "tools/notify/delivery.h"
#include "tools/notify/gateway_events.h"
#include "tools/notify/subscription.h"

namespace countersign::notify {
namespace {

constexpr std::chrono::milliseconds between_rounds(250);

/// Holds the folder of the positions: two services would tell everything twice.
class FolderLock {
 public:
  explicit FolderLock(const std::string& folder)
      : descriptor_(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {}
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  ~FolderLock() {
    if (descriptor_ >= 0) close(descriptor_);
  }

  Status take(const std::string& folder) const {
    if (descriptor_ < 0)
      return fail(ErrorKind::invalid, "no_state_folder",
                  "folder " + folder + ": " + std::system_category().message(errno),
                  "make it, for the user of countersign-notify alone");
    if (flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return {};
    return fail(ErrorKind::conflict, "notify_running",
                "another countersign-notify works in " + folder, "stop it first");
  }

 private:
  int descriptor_;
};

struct Handler {
  std::unique_ptr<Delivery> delivery;
  Subscription subscription;
};

void wait_a_little(const std::stop_token& stop) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any never;
  never.wait_for(lock, stop, between_rounds, [] { return false; });
}

/// Rounds until `stop`. What keeps a round from being made is said once when it begins and once
/// when it is over.
void serve(const std::string& name, Handler& handler, LogSink& log, const std::stop_token& stop) {
  const std::string who = "handler " + name;
  std::string trouble;
  while (!stop.stop_requested()) {
    const auto made = handler.subscription.round(stop);
    const std::string error = made ? "" : made.error().text();
    if (!made) handler.subscription.distrust_position();
    if (!error.empty() && error != trouble)
      log.write(Severity::warning, std::string(who).append(" has to wait: ").append(error));
    if (error.empty() && !trouble.empty()) log.write(Severity::info, who + " goes on");
    trouble = error;
    wait_a_little(stop);
  }
}

}  // namespace

Status run_notify_service(const NotifyConfig& config, LogSink& log, const std::stop_token& stop) {
  const FolderLock lock(config.state);
  if (auto held = lock.take(config.state); !held) return held;
  auto gateway = connect_gateway(config);
  if (!gateway) return fail(gateway.error());
  GatewayEvents events(**gateway);
  const SystemClock clock;
  std::vector<Handler> handlers;
  for (const HandlerConfig& each : config.handlers) {
    auto delivery = make_delivery(each, config);
    auto subscription = Subscription::open(each, config.state, {events, *delivery, clock, log});
    if (!subscription) return fail(subscription.error());
    handlers.push_back({std::move(delivery), std::move(*subscription)});
  }
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < handlers.size(); ++i)
    threads.emplace_back([&, i] { serve(config.handlers[i].name, handlers[i], log, stop); });
  log.write(Severity::info, "telling " + std::to_string(handlers.size()) + " handlers");
  threads.clear();
  return {};
}

}  // namespace countersign::notify
