#include "gateway/server/gateway_api.h"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "gateway/client/wire.h"
#include "gateway/server/handlers.h"
#include "policy/access.h"

namespace countersign::server {

namespace {

using nlohmann::json;

void run_enrolment(const Services& services, const ExchangePointer& exchange) {
  answer_from_store(services.store, exchange, [exchange](Transaction& transaction) {
    auto result = enrol_call(transaction, exchange->credentials(), exchange->body());
    if (!result && result.error().kind == ErrorKind::unauthenticated)
      record_failed_sign_in(transaction, exchange->credentials(), result.error().code);
    return result;
  });
}

ServiceCall* service_call_of(std::string_view operation) {
  static constexpr auto table = std::to_array<std::pair<std::string_view, ServiceCall*>>({
      {"signature.create", run_signature},
      {"token.enrol", run_enrolment},
      {"signer.create", run_signer_creation},
      {"signer.check", run_signer_check},
      {"hsm.list", run_hsm_list},
      {"hsm.retry", run_hsm_retry},
      {"pin_source.list", run_pin_source},
      {"pin_source.show", run_pin_source},
      {"pin_source.describe", run_pin_source},
      {"pin_source.retry", run_pin_source},
      {"container.add_key", run_container_key},
      {"container.schedule", run_container_schedule},
      {"container.check", run_container_check},
      {"declaration.apply", run_declaration},
      {"store.backup", run_store_backup},
  });
  for (const auto& [name, call] : table)
    if (name == operation) return call;
  return nullptr;
}

}  // namespace

BodySize GatewayApi::largest_body(std::string_view method, std::string_view target) const {
  const auto found = route(method, target);
  if (!found) return BodySize::usual;
  const std::string_view name = found->operation->name;
  if (name == "request.create") return BodySize::huge;
  return name == "signature.create" || name == "declaration.apply" ? BodySize::large
                                                                   : BodySize::usual;
}

void GatewayApi::handle(ApiRequest request, std::function<void(ApiAnswer)> done) {
  const auto exchange = std::make_shared<Exchange>(request.peer.uid, wrong_tokens_,
                                                   std::move(request.left), std::move(done));
  auto found = route(request.method, request.target);
  if (!found) return exchange->answer(fail(std::move(found.error())));
  json body = json::object();
  if (!request.body.empty()) {
    auto parsed = wire::parse_object(request.body);
    wipe(request.body.data(), request.body.size());
    if (!parsed) return exchange->answer(fail(std::move(parsed.error())));
    body = std::move(*parsed);
  }
  exchange->set_call(std::move(*found),
                     credentials_of(request.peer, std::move(request.bearer), logins_),
                     std::move(body));
  if (ServiceCall* const call = service_call_of(exchange->operation().name))
    return call(services_, exchange);
  answer_from_store(services_.store, exchange,
                    [exchange, &presence = services_.presence](Transaction& transaction) {
                      auto result =
                          exchange->with_call(transaction, handler_of(exchange->operation()));
                      if (result && presence.is_due()) presence.note(transaction);
                      return result;
                    });
}

}  // namespace countersign::server
