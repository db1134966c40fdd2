// countersign-notify: tells people and programs what the gateway's log says. Holds no key and no
// PIN.
#include <sys/stat.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <stop_token>
#include <string>
#include <thread>

#include "core/secure_bytes.h"
#include "tools/notify/journal.h"
#include "tools/notify/notify_config.h"
#include "tools/notify/notify_service.h"
#include "tools/service_process.h"

namespace countersign::notify {
namespace {

int report(const Error& error) {
  return report_as("countersign-notify", error);
}

int serve(const NotifyConfig& config) {
  const sigset_t signals = block_stop_signals();
  JournalLines log;
  std::stop_source stop;
  std::jthread stopper([&] {
    int signal = 0;
    sigwait(&signals, &signal);
    stop.request_stop();
  });
  const auto served = run_notify_service(config, log, stop.get_token());
  if (served) return EX_OK;
  // NOLINTNEXTLINE(bugprone-bad-signal-to-kill-thread,cert-pos44-c): it waits for just that signal
  pthread_kill(stopper.native_handle(), SIGTERM);
  return report(served.error());
}

int run(int argc, char** argv) {
  CLI::App app{"Tells people and programs what the gateway's log says.", "countersign-notify"};
  app.footer("Example:\n  countersign-notify --config /etc/countersign/notify.json");
  std::string path = default_notify_config;
  app.add_option("--config", path, "whom to tell of what")->capture_default_str();
  app.set_version_flag("--version", "countersign-notify " COUNTERSIGN_VERSION);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == EX_OK ? EX_OK : EX_USAGE;
  }
  const auto config = read_notify_config(path);
  return config ? serve(*config) : report(config.error());
}

}  // namespace
}  // namespace countersign::notify

int main(int argc, char** argv) {
  countersign::forbid_core_dumps();
  umask(S_IRWXG | S_IRWXO);
  std::signal(SIGPIPE, SIG_IGN);
  return countersign::notify::run(argc, argv);
}
