// The embedded shape: the services of a gateway in this very process.
#include <cstdlib>
#include <utility>

#include "gateway/client/bearer_token.h"
#include "gateway/client/client_config.h"
#include "gateway/server/embedded_services.h"
#include "module/report.h"
#include "module/service_factory.h"

namespace countersign::module {
namespace {

/// What belongs to no call's answer, but has to be known.
class ReportedErrors final : public LogSink {
 public:
  explicit ReportedErrors(std::string destination) : report_(std::move(destination)) {}
  void write(Severity severity, std::string_view text) override {
    if (severity == Severity::error) report_.line(text);
  }

 private:
  const Report report_;
};

}  // namespace

Result<ModuleServices> make_module_services() {
  const auto config = read_client_config();
  if (!config) return fail(config.error());
  std::optional<SecureBytes> token = bearer_token_from_environment();
  const std::string named = embedded_gateway_config(*config);
  auto gateway =
      server::EmbeddedServices::open(named, std::make_shared<ReportedErrors>(config->log));
  if (!gateway) return fail(std::move(gateway.error()));
  ModuleServices services;
  services.log = config->log;
  services.sign_timeout = config->sign_timeout;
  services.approval = config->approval;
  services.claim_command_line = config->claim_command_line;
  services.report_listing = token || !named.empty();
  // The command line asks a daemon unless it is told not to.
  if (named.empty())
    services.command_environment =
        std::string("COUNTERSIGN_GATEWAY_CONFIG=") + default_gateway_config;
  if (config->login == LoginMode::token) {
    services.login_signers = config->signers;
    services.sign_in = [gateway = *gateway, patience = config->sign_timeout](SecureBytes shown) {
      return std::shared_ptr(gateway.signing(std::move(shown), patience));
    };
  } else {
    services.signing = gateway->signing(std::move(token), config->sign_timeout);
  }
  return services;
}

}  // namespace countersign::module
