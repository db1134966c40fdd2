// countersignd: the gateway's daemon. Reads its config, starts the gateway, serves until told to
// stop.
#include <sys/resource.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <systemd/sd-daemon.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <memory>
#include <string>
#include <thread>

#include "core/secure_bytes.h"
#include "gateway/client/client_config.h"
#include "gateway/server/diagnostics.h"
#include "gateway/server/gateway_config.h"
#include "gateway/server/gateway_server.h"
#include "gateway/server/http_listener.h"
#include "tools/service_process.h"

namespace countersign::server {
namespace {

constexpr rlim_t most_open_files = 16'384;

int report(const Error& error) {
  return report_as("countersignd", error);
}

/// Each connection is a descriptor, and many systems allow a process 1,024 unless it asks.
void allow_open_files() {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = std::min<rlim_t>(files.rlim_max, most_open_files);
  setrlimit(RLIMIT_NOFILE, &files);
}

/// Serves until one of `signals` comes, then lets what is in flight finish.
int serve(const GatewayConfig& config, const sigset_t& signals) {
  const auto log = make_diagnostics();
  auto gateway = GatewayServer::start(config, *log);
  if (!gateway) return report(gateway.error());
  auto listener = HttpListener::open(config, (*gateway)->api(), *log);
  if (!listener) {
    (*gateway)->stop();
    return report(listener.error());
  }
  std::thread stopper([&] {
    int signal = 0;
    sigwait(&signals, &signal);
    sd_notify(0, "STOPPING=1");
    log->write(Severity::info, "stopping");
    (*listener)->stop();
  });
  log->write(Severity::info, "listening on " + config.socket);
  sd_notify(0, "READY=1");
  (*listener)->run();
  stopper.join();
  (*gateway)->stop();
  return EX_OK;
}

int run(int argc, char** argv) {
  CLI::App app{"Countersign's gateway: decides about signatures, records them, and makes them.",
               "countersignd"};
  app.footer("Example:\n  countersignd --config /etc/countersign/gateway.json");
  std::string path = default_gateway_config;
  app.add_option("--config", path, "configuration of the gateway")->capture_default_str();
  app.set_version_flag("--version", "countersignd " COUNTERSIGN_VERSION);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == EX_OK ? EX_OK : EX_USAGE;
  }
  allow_open_files();
  const sigset_t signals = block_stop_signals();
  const auto config = read_gateway_config(path);
  if (!config) return report(config.error());
  return serve(*config, signals);
}

}  // namespace
}  // namespace countersign::server

int main(int argc, char** argv) {
  countersign::forbid_core_dumps();
  umask(S_IRWXG | S_IRWXO);
  std::signal(SIGPIPE, SIG_IGN);
  return countersign::server::run(argc, argv);
}
