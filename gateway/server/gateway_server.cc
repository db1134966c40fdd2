#include "gateway/server/gateway_server.h"

#include <optional>

#include "gateway/server/gateway_api.h"
#include "gateway/server/open_store.h"
#include "gateway/server/signing_calls.h"
#include "gateway/server/store_backup.h"
#include "gateway/server/store_pin_lock.h"
#include "gateway/server/store_thread.h"
#include "hsm-backends/token_set.h"
#include "hsm-backends/worker_process.h"
#include "hsm-backends/worker_token.h"
#include "policy/policy_store.h"

namespace countersign::server {
namespace {

Result<std::unique_ptr<PolicyStore>> open_marked_store(const GatewayConfig& config) {
  auto store = open_store(config, Holding::alone);
  if (!store) return store;
  if (auto marked = (*store)->keep_mark(config.mark); !marked) {
    if (marked.error().code == "recovery_needed") return fail(std::move(marked.error()));
    return in_config(config, "/mark", std::move(marked.error()));
  }
  return store;
}

Status record_event(StoreThread& store, const Presence& presence, std::string_view kind) {
  return store.run([&presence, kind](Transaction& transaction) -> Status {
    presence.note(transaction);
    LogEntry entry;
    entry.kind = kind;
    entry.data = {{"version", COUNTERSIGN_VERSION}};
    transaction.record(entry);
    return {};
  });
}

}  // namespace

/// In the order of construction: each uses those above it.
struct GatewayServer::Parts {
  Parts(StoreKeeper opened, const GatewayConfig& config, LogSink& sink)
      : store(std::move(opened), sink),
        pin_lock(store),
        log(sink),
        verify(config.verify),
        presence(config.name, daemon_shape) {}

  void start_tokens(const GatewayConfig& config, const std::string& worker) {
    tokens.emplace(hsm::worker_tokens(config.tokens, worker, pin_lock, log));
    signing.emplace(*tokens, store, verify, TokenErrors::for_keepers, log);
    checks.emplace(store, *tokens);
    api.emplace(Services{store, *tokens, *signing, *checks, presence, config.backups});
    checks->start();
  }

  StoreThread store;
  StorePinLock pin_lock;
  LogSink& log;
  bool verify;
  Presence presence;
  std::optional<hsm::TokenSet> tokens;
  std::optional<SigningCalls> signing;
  std::optional<ContainerChecks> checks;
  std::optional<GatewayApi> api;
};

GatewayServer::GatewayServer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
GatewayServer::GatewayServer(Error reason) {
  refusing_.emplace(std::move(reason));
}
GatewayServer::~GatewayServer() = default;

Result<std::unique_ptr<GatewayServer>> GatewayServer::start(const GatewayConfig& config,
                                                            LogSink& log) {
  const auto open = [config] { return open_marked_store(config); };
  auto store = open();
  if (!store && store.error().code == "recovery_needed") {
    log.write(Severity::error, store.error().text());
    return std::unique_ptr<GatewayServer>(new GatewayServer(std::move(store.error())));
  }
  if (!store) return fail(std::move(store.error()));
  if (!config.backups.empty())
    if (auto removed = remove_partial_backups(config.backups); !removed)
      log.write(Severity::warning, removed.error().text());
  auto parts = std::make_unique<Parts>(StoreKeeper(open, std::move(*store)), config, log);
  const auto worker = hsm::token_worker_program();
  if (!worker) return fail(worker.error());
  if (auto recorded = record_event(parts->store, parts->presence, record_kind::started); !recorded)
    return fail(std::move(recorded.error()));
  parts->start_tokens(config, *worker);
  return std::unique_ptr<GatewayServer>(new GatewayServer(std::move(parts)));
}

Api& GatewayServer::api() {
  if (refusing_) return *refusing_;
  return *parts_->api;
}

void GatewayServer::stop() {
  if (!parts_) return;
  parts_->checks->stop();
  // While the store works: a worker may still have a PIN's lock to write down. What the store has
  // yet to grant is then refused by the tokens, which must be there for that.
  parts_->tokens->stop();
  if (auto recorded = record_event(parts_->store, parts_->presence, record_kind::stopped);
      !recorded)
    parts_->log.write(Severity::error, recorded.error().text());
  parts_->store.stop();
}

}  // namespace countersign::server
