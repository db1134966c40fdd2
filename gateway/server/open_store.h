// Opening the store that a configuration names, with its log key.
#pragma once

#include <memory>

#include "core/result.h"
#include "gateway/server/gateway_config.h"
#include "policy/log_key.h"
#include "policy/policy_store.h"

namespace countersign::server {

/// A start-up error that the config's file and key explain better than what lies beneath.
tl::unexpected<Error> in_config(const GatewayConfig& config, const char* key, Error error);

/// Errors: those of read_secret_file(), LogKey::from_pem(), with the config's file and key.
Result<LogKey> read_log_key(const GatewayConfig& config);

/// Reads the log key, opens the store and checks its log's head. Errors: those of
/// read_log_key(), PolicyStore::open(), with the config's file and key.
Result<std::unique_ptr<PolicyStore>> open_store(const GatewayConfig& config, Holding holding);

}  // namespace countersign::server
