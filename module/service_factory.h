// The seam between the two shapes of the module: each links its own definition of this function.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "core/secure_bytes.h"
#include "gateway/client/client_config.h"
#include "gateway/client/signing_service.h"

namespace countersign::module {

/// Makes the service of the account that a bearer token names; contacts nobody.
using SignIn = std::function<std::shared_ptr<SigningService>(SecureBytes token)>;

/// What the module works with between C_Initialize and C_Finalize.
struct ModuleServices {
  /// Of the caller whom the gateway knows without a login; null where one is asked for.
  std::shared_ptr<SigningService> signing;
  std::vector<std::string> login_signers;  ///< whose slots ask for one
  SignIn sign_in;                          ///< for them
  std::string log = "stderr";         ///< where reasons go: "stderr", "none" or an absolute path
  Milliseconds sign_timeout{30'000};  ///< how long one signature may wait
  ApprovalSettings approval = {};     ///< what is done where only an approval is missing
  bool claim_command_line = false;    ///< whether the gateway is told the command line
  /// Whether somebody set this process up to sign (a config file or a token named in its
  /// environment). Only then is a failed listing worth a line: otherwise the module may just be
  /// registered for every application of the machine.
  bool report_listing = false;
  /// "VARIABLE=value" for a shell to reach this gateway with `countersign`; empty when that does so
  /// by itself.
  std::string command_environment;
};

/// Reads the configuration and builds the services; contacts nobody. Called once by every
/// C_Initialize. Errors: those of the configuration, in one line each.
Result<ModuleServices> make_module_services();

}  // namespace countersign::module
