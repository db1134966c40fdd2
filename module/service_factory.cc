// The thin shape: the services of a gateway behind a Unix socket.
#include "module/service_factory.h"

#include <cstdlib>
#include <utility>

#include "gateway/client/bearer_token.h"
#include "gateway/client/client_config.h"
#include "gateway/client/http_signing_service.h"

namespace countersign::module {

Result<ModuleServices> make_module_services() {
  auto config = read_client_config();
  if (!config) return fail(std::move(config.error()));
  std::optional<SecureBytes> token = bearer_token_from_environment();
  ModuleServices services;
  services.log = config->log;
  services.sign_timeout = config->sign_timeout;
  services.approval = config->approval;
  services.claim_command_line = config->claim_command_line;
  services.report_listing = token || ::secure_getenv("COUNTERSIGN_CONFIG") != nullptr;
  if (config->login == LoginMode::token) {
    services.login_signers = config->signers;
    services.sign_in = [config = std::move(*config)](SecureBytes shown) {
      return std::shared_ptr(make_http_signing_service(config, std::move(shown)));
    };
  } else {
    services.signing = make_http_signing_service(std::move(*config), std::move(token));
  }
  return services;
}

}  // namespace countersign::module
