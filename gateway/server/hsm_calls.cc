#include <nlohmann/json.hpp>
#include <utility>

#include "gateway/server/calls.h"
#include "gateway/server/json_views.h"
#include "policy/access.h"

namespace countersign::server {

using nlohmann::json;

void on_token(const Services& services, const ExchangePointer& exchange, const std::string& name,
              std::function<void(hsm::Token&)> job) {
  if (auto queued = services.tokens.run(name, std::move(job)); !queued)
    exchange->answer(fail(std::move(queued.error())));
}

void run_hsm_list(const Services& services, const ExchangePointer& exchange) {
  when_allowed(services.store, exchange, [&services, exchange] {
    services.tokens.look();
    json hsms = json::array();
    for (const hsm::TokenStatus& each : services.tokens.statuses()) hsms.push_back(hsm_json(each));
    exchange->answer(json{{"hsms", std::move(hsms)}});
  });
}

/// Of a token, or of the token whose PIN's source is named.
void run_hsm_retry(const Services& services, const ExchangePointer& exchange) {
  in_store<std::string>(
      services.store, exchange,
      [&services, exchange](Transaction& transaction) {
        return exchange->with_call(transaction, [&services](Call& call) -> Result<std::string> {
          const std::string name = call.pin_source ? call.pin_source->token : call.parts.at("hsm");
          if (!services.tokens.has(name)) return no_such("hsm");
          record_change(call.transaction, call.caller,
                        call.pin_source ? "pin_source.retry" : "hsm.retry", std::nullopt,
                        std::nullopt, {{"hsm", name}});
          return name;
        });
      },
      [&services, exchange](const std::string& name) {
        on_token(services, exchange, name, [exchange](hsm::Token& token) {
          if (auto ready = token.retry(); !ready)
            return exchange->answer(fail(std::move(ready.error())));
          exchange->answer(json{{"hsm", hsm_json(token.status())}});
        });
      });
}

/// The store numbers the sources that the configuration names before one is looked for.
void run_pin_source(const Services& services, const ExchangePointer& exchange) {
  const PinSources configured = services.tokens.pin_sources();
  const std::string_view name = exchange->operation().name;
  if (name == "pin_source.retry") return run_hsm_retry(services, exchange);
  const auto& handler = name == "pin_source.list"   ? list_pin_sources_call
                        : name == "pin_source.show" ? show_pin_source_call
                                                    : describe_pin_source_call;
  answer_from_store(services.store, exchange,
                    [exchange, configured, &handler](Transaction& transaction) {
                      std::vector<std::string> names;
                      for (const hsm::TokenPinSource& each : configured)
                        names.push_back(each.token);
                      transaction.pin_sources.number(names);
                      return exchange->with_call(
                          transaction, [&](Call& call) { return handler(call, configured); });
                    });
}

}  // namespace countersign::server
