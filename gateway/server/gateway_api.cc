#include "gateway/server/gateway_api.h"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/encoding.h"
#include "core/fault_point.h"
#include "gateway/client/wire.h"
#include "gateway/server/handlers.h"
#include "policy/access.h"

namespace countersign::server {

namespace {

using nlohmann::json;

void run_signature(const Services& services, const ExchangePointer& exchange) {
  auto wish = wire::signature_request_from_json(exchange->body());
  if (!wish) return exchange->answer(fail(std::move(wish.error())));
  SigningWish signing{to_hex(wish->operation), std::move(wish->input), {}};
  for (auto& [name, value] : wish->claimed)
    signing.claimed.emplace_back("claimed." + name, std::move(value));
  in_store<SigningGrant>(
      services.store, exchange,
      [exchange, signing = std::move(signing)](Transaction& transaction) {
        auto grant = exchange->with_call(transaction, [&](Call& call) {
          return grant_signature(transaction, call.caller, *call.signer, signing);
        });
        fault_point("before_commit");
        return grant;
      },
      [&services, exchange](SigningGrant grant) {
        services.signing.carry_out(std::move(grant), [exchange](Result<Signature> signature) {
          if (!signature) return exchange->answer(fail(std::move(signature.error())));
          exchange->answer(wire::to_json(*signature));
        });
      });
}

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

bool GatewayApi::takes_large_body(std::string_view method, std::string_view target) const {
  const auto found = route(method, target);
  return found && (found->operation->name == "signature.create" ||
                   found->operation->name == "declaration.apply");
}

void GatewayApi::handle(ApiRequest request, std::function<void(ApiAnswer)> done) {
  const auto exchange =
      std::make_shared<Exchange>(request.peer.uid, wrong_tokens_, std::move(done));
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
  answer_from_store(services_.store, exchange, [exchange](Transaction& transaction) {
    return exchange->with_call(transaction, handler_of(exchange->operation()));
  });
}

}  // namespace countersign::server
