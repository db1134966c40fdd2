#include "gateway/server/open_store.h"

#include "core/trusted_file.h"

namespace countersign::server {
namespace {

/// In the words of who starts the gateway: a head that does not open is far more often a config
/// that fits another store than a forgery, and both must be said.
tl::unexpected<Error> store_not_opened(const GatewayConfig& config, Error error) {
  if (error.code == "tree_head_not_signed") {
    error.message = "the log in the store " + config.store + " is not signed by the key " +
                    config.log_key + " under the name \"" + config.name + "\"";
    error.remedy = "correct /name or /log_key; if both are right, the store was tampered with";
  }
  return in_config(config, "/store", std::move(error));
}

}  // namespace

tl::unexpected<Error> in_config(const GatewayConfig& config, const char* key, Error error) {
  error.message = config.path + " " + key + ": " + error.message;
  return fail(std::move(error));
}

Result<LogKey> read_log_key(const GatewayConfig& config) {
  const auto pem = read_secret_file("the log key", config.log_key);
  if (!pem) return in_config(config, "/log_key", pem.error());
  auto key = LogKey::from_pem(*pem);
  if (!key) return in_config(config, "/log_key", std::move(key.error()));
  return key;
}

Result<std::unique_ptr<PolicyStore>> open_store(const GatewayConfig& config, Holding holding) {
  // Never destroyed: other threads may be at work when the process exits.
  static const SystemClock& clock = *new SystemClock;
  auto key = read_log_key(config);
  if (!key) return fail(std::move(key.error()));
  auto store = PolicyStore::open(config.store, std::move(*key), config.name, clock, holding);
  if (!store) return store_not_opened(config, std::move(store.error()));
  return store;
}

}  // namespace countersign::server
