// Opening the store that a configuration names, with its log key.
#pragma once

#include <memory>

#include "core/result.h"
#include "gateway/server/gateway_config.h"
#include "policy/policy_store.h"

namespace countersign::server {

/// Reads the log key, opens the store and checks its log's head. Errors: those of
/// read_secret_file(), LogKey::from_pem(), PolicyStore::open(), with the config's file and key.
Result<std::unique_ptr<PolicyStore>> open_store(const GatewayConfig& config, Holding holding);

}  // namespace countersign::server
