#include "tools/cli/services.h"

#include <ostream>
#include <utility>

#include "gateway/client/http_admin_service.h"
#include "gateway/client/http_signing_service.h"
#include "gateway/server/embedded_services.h"

namespace countersign {
namespace {

class ErrorLines final : public LogSink {
 public:
  explicit ErrorLines(std::ostream& err) : err_(err) {}
  void write(Severity severity, std::string_view text) override {
    if (severity == Severity::error) err_ << "countersign: " << text << "\n";
  }

 private:
  std::ostream& err_;
};

std::optional<SecureBytes> copy_of(const std::optional<SecureBytes>& token) {
  return token ? std::optional(token->copy()) : std::nullopt;
}

}  // namespace

Result<Services> make_services(const ClientConfig& config, std::optional<SecureBytes> token,
                               std::ostream& err) {
  const std::string embedded = embedded_gateway_config(config);
  if (embedded.empty())
    return Services{make_http_admin_service(config, copy_of(token)),
                    make_http_signing_service(config, std::move(token))};
  const auto gateway = server::EmbeddedServices::open(embedded, std::make_shared<ErrorLines>(err));
  if (!gateway) return fail(gateway.error());
  return Services{gateway->admin(copy_of(token), config.sign_timeout),
                  gateway->signing(std::move(token), config.sign_timeout)};
}

}  // namespace countersign
