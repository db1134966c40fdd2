// The operations that need more than the store: a token, the checks of containers, a backup.
#pragma once

#include <string>

#include "gateway/server/container_checks.h"
#include "gateway/server/exchange.h"
#include "gateway/server/presence.h"
#include "gateway/server/signing_calls.h"
#include "hsm-backends/token_set.h"

namespace countersign::server {

/// What they work with. All of it outlives their last callback.
struct Services {
  StoreAccess& store;
  hsm::TokenSet& tokens;
  SigningCalls& signing;
  ContainerChecks& checks;
  Presence& presence;
  std::string backups;  ///< folder for them, or empty
};

/// Each answers the exchange once, from whatever thread has the answer.
using ServiceCall = void(const Services& services, const ExchangePointer& exchange);

ServiceCall run_signature;
ServiceCall run_signer_creation;
ServiceCall run_signer_check;
ServiceCall run_hsm_list;
ServiceCall run_hsm_retry;
ServiceCall run_pin_source;
ServiceCall run_container_key;
ServiceCall run_container_schedule;
ServiceCall run_container_check;
ServiceCall run_declaration;
ServiceCall run_store_backup;

/// Runs `job` on a thread of the token, or answers why not.
void on_token(const Services& services, const ExchangePointer& exchange, const std::string& name,
              std::function<void(hsm::Token&)> job);

}  // namespace countersign::server
