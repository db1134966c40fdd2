// Making a new store: what `countersign init` does, as the service's user, while no daemon runs.
#pragma once

#include <string>

#include "core/clock.h"
#include "core/result.h"
#include "core/secure_bytes.h"
#include "gateway/server/gateway_config.h"

namespace countersign::server {

struct NewStore {
  SecureBytes enrolment_code;  ///< of the admin's account; told once
  Time code_expires;
  std::string verifier_key;         ///< what verifies the log's head
  std::string log_public_key_path;  ///< the file it was written to: the log key's path and ".pub"
};

/// Makes log key, verifier key file, store and its high-water mark, with one account: the product
/// admin `admin_name`. Nothing is left behind when it fails. Errors: `bad_name`, `file_exists`,
/// `file_unwritable`, those of PolicyStore::create() and HighWaterMark::create().
Result<NewStore> initialise_store(const GatewayConfig& config, const std::string& admin_name);

}  // namespace countersign::server
