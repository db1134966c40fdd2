// Where a command's answers come from: a daemon, or a gateway in this very process.
#pragma once

#include <iosfwd>
#include <memory>
#include <optional>

#include "core/result.h"
#include "core/secure_bytes.h"
#include "gateway/client/admin_service.h"
#include "gateway/client/client_config.h"
#include "gateway/client/signing_service.h"

namespace countersign {

struct Services {
  std::unique_ptr<AdminService> admin;
  std::unique_ptr<SigningService> signing;
};

/// Those of the gateway that `config` and the environment mean (embedded_gateway_config()), for the
/// caller whom `token` names, or the login. Contacts nobody yet. In the embedded shape `err` gets
/// what belongs to no command's answer, and outlives the services. Errors: those of
/// EmbeddedServices::open().
Result<Services> make_services(const ClientConfig& config, std::optional<SecureBytes> token,
                               std::ostream& err);

}  // namespace countersign
