#include "gateway/server/gateway_api.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "core/certificate.h"
#include "core/encoding.h"
#include "core/fault_point.h"
#include "core/json_reader.h"
#include "gateway/client/wire.h"
#include "gateway/server/handlers.h"
#include "gateway/server/json_views.h"
#include "policy/access.h"
#include "policy/signers.h"

namespace countersign::server {

using nlohmann::json;

namespace {

constexpr unsigned retry_after_seconds = 1;

/// Codes after which the very same call may be repeated: nothing was begun.
bool worth_repeating(const Error& error) {
  return error.code == "store_busy" || error.code == "gateway_stopping";
}

/// A refusal is part of what the work did (it was recorded); any other error undoes the work.
bool stays_recorded(const Error& error) {
  return error.kind == ErrorKind::denied || error.kind == ErrorKind::unauthenticated;
}

/// The status a piece of work ends with when its value is `result`.
template <class T>
Status work_status(const Result<T>& result) {
  if (result || stays_recorded(result.error())) return {};
  return fail(result.error());
}

}  // namespace

/// One request on its way through the threads.
struct GatewayApi::Exchange {
  Route route;
  Credentials credentials;
  json body;
  std::function<void(ApiAnswer)> done;

  void answer(const Result<json>& result) const {
    if (result) {
      done({200, result->dump(-1, ' ', false, json::error_handler_t::replace), std::nullopt});
      return;
    }
    const Error& error = result.error();
    const bool wrong_method = error.code == "method_not_allowed";
    done({wrong_method ? 405 : wire::http_status(error.kind),
          wire::to_json(error).dump(-1, ' ', false, json::error_handler_t::replace),
          worth_repeating(error) ? std::optional(retry_after_seconds) : std::nullopt});
  }

  /// Who calls, what the route's parts stand for, and whether he may: then what `handler` gives.
  template <class Function>
  auto with_call(Transaction& transaction, Function&& handler)
      -> decltype(handler(std::declval<Call&>())) {
    const auto caller = identify(transaction, credentials);
    if (!caller) return fail(caller.error());
    const json query = query_object(route);
    Call call{transaction, *caller, route.parts, query, body};
    if (auto fitting = check_shape(); !fitting) return fail(fitting.error());
    if (auto found = find_objects(call); !found) return fail(found.error());
    if (auto allowed = authorise(transaction, *caller, *route.operation, call.signer); !allowed)
      return fail(allowed.error());
    return handler(call);
  }

  Status check_shape() const;
  Status find_objects(Call& call) const;
};

/// What a call does not take is refused, even where no handler reads it.
Status GatewayApi::Exchange::check_shape() const {
  const Operation& operation = *route.operation;
  const bool takes_body = operation.method == "POST" || operation.method == "PUT";
  if (!body.empty() && (!takes_body || operation.name == "hsm.retry"))
    return fail(ErrorKind::invalid, "unexpected_body", "this call takes no request body");
  const bool takes_query = operation.name == "signer.list" || operation.name == "request.list" ||
                           operation.name == "log.list";
  if (!route.query.empty() && !takes_query)
    return fail(ErrorKind::invalid, "bad_target", "this call takes no query");
  return {};
}

Status GatewayApi::Exchange::find_objects(Call& call) const {
  if (route.operation->scope == Scope::signer) {
    auto signer = visible_signer(call.transaction, call.caller, route.parts.at("signer"));
    if (!signer) return fail(std::move(signer.error()));
    call.signer = *signer;
  } else if (route.operation->scope == Scope::request) {
    const json number = json::parse(route.parts.at("request"), nullptr, false);
    const auto request = number.is_number_unsigned()
                             ? call.transaction.requests.find(number.get<RequestId>())
                             : std::nullopt;
    if (!request) return no_such("request");
    call.request = request->id;
    call.signer = call.transaction.signers.find(request->signer);
    if (!may(call.transaction, call.caller, Right::see, call.signer)) return no_such("request");
  }
  return {};
}

GatewayApi::GatewayApi(StoreThread& store, hsm::TokenSet& tokens, SigningCalls& signing)
    : store_(store), tokens_(tokens), signing_(signing) {}

void GatewayApi::handle(ApiRequest request, std::function<void(ApiAnswer)> done) {
  auto exchange = std::make_shared<Exchange>();
  exchange->done = std::move(done);
  auto found = route(request.method, request.target);
  if (!found) return exchange->answer(fail(std::move(found.error())));
  exchange->route = std::move(*found);
  exchange->body = json::object();
  if (!request.body.empty()) {
    auto body = wire::parse_object(request.body);
    if (!body) return exchange->answer(fail(std::move(body.error())));
    exchange->body = std::move(*body);
  }
  exchange->credentials = credentials_of(request.peer, std::move(request.bearer), logins_);
  const std::string_view name = exchange->route.operation->name;
  if (name == "signature.create") return run_signature(exchange);
  if (name == "token.enrol") return run_enrolment(exchange);
  if (name == "signer.create") return run_signer_creation(exchange);
  if (name == "hsm.list") return run_hsm_list(exchange);
  if (name == "hsm.retry") return run_hsm_retry(exchange);
  run_in_store(exchange);
}

void GatewayApi::run_in_store(const ExchangePointer& exchange) {
  auto result = std::make_shared<Result<json>>();
  store_.post(
      [exchange, result](Transaction& transaction) {
        *result = exchange->with_call(transaction, handler_of(*exchange->route.operation));
        return work_status(*result);
      },
      [exchange, result](Status status) {
        exchange->answer(status ? std::move(*result) : fail(std::move(status.error())));
      });
}

void GatewayApi::run_enrolment(const ExchangePointer& exchange) {
  auto result = std::make_shared<Result<json>>();
  store_.post(
      [exchange, result](Transaction& transaction) {
        *result = enrol_call(transaction, exchange->credentials, exchange->body);
        if (!*result && result->error().kind == ErrorKind::unauthenticated)
          record_failed_sign_in(transaction, exchange->credentials, result->error().code);
        return work_status(*result);
      },
      [exchange, result](Status status) {
        exchange->answer(status ? std::move(*result) : fail(std::move(status.error())));
      });
}

void GatewayApi::run_signature(const ExchangePointer& exchange) {
  auto wish = wire::signature_request_from_json(exchange->body);
  if (!wish) return exchange->answer(fail(std::move(wish.error())));
  auto signing = std::make_shared<SigningWish>();
  signing->operation = to_hex(wish->operation);
  signing->input = std::move(wish->input);
  for (auto& [name, value] : wish->claimed)
    signing->claimed.emplace_back("claimed." + name, std::move(value));
  auto grant = std::make_shared<Result<SigningGrant>>(fail(Error{}));
  store_.post(
      [exchange, signing, grant](Transaction& transaction) {
        *grant = exchange->with_call(transaction, [&](Call& call) {
          return grant_signature(transaction, call.caller, *call.signer, *signing);
        });
        fault_point("before_commit");
        return work_status(*grant);
      },
      [this, exchange, grant](Status status) {
        if (!status) return exchange->answer(fail(std::move(status.error())));
        if (!*grant) return exchange->answer(fail(std::move(grant->error())));
        signing_.carry_out(std::move(**grant), [exchange](Result<Signature> signature) {
          if (!signature) return exchange->answer(fail(std::move(signature.error())));
          exchange->answer(wire::to_json(*signature));
        });
      });
}

void GatewayApi::run_signer_creation(const ExchangePointer& exchange) {
  JsonReader in(exchange->body, "");
  const std::string name = in.text("name");
  const std::string uri = in.text("key");
  const std::string pem = in.text("certificate");
  const std::string admin = in.text("admin");
  if (auto good = in.finish(); !good) return exchange->answer(fail(good.error()));
  auto certificates = certificates_from_pem(pem);
  if (!certificates) return exchange->answer(fail(std::move(certificates.error())));
  const auto token = tokens_.token_for(uri);
  if (!token) return exchange->answer(fail(token.error()));

  // The caller's right is checked before the token is bothered, and again when the signer is made.
  auto create = [this, exchange, name, uri, admin, token = *token,
                 certificates = std::move(*certificates)](const Result<PublicKey>& key) {
    if (!key) return exchange->answer(fail(key.error()));
    auto result = std::make_shared<Result<json>>();
    store_.post(
        [=](Transaction& transaction) {
          *result = exchange->with_call(transaction, [&](Call& call) -> Result<json> {
            const auto id = create_signer(transaction, call.caller,
                                          {name, token, uri, *key, certificates, admin});
            if (!id) return fail(id.error());
            return json{
                {"signer", signer_json(transaction, call.caller, *transaction.signers.find(*id))}};
          });
          return work_status(*result);
        },
        [exchange, result](Status status) {
          exchange->answer(status ? std::move(*result) : fail(std::move(status.error())));
        });
  };
  auto allowed = std::make_shared<Result<json>>();
  store_.post(
      [exchange, allowed](Transaction& transaction) {
        *allowed =
            exchange->with_call(transaction, [](Call&) -> Result<json> { return json::object(); });
        return work_status(*allowed);
      },
      [this, exchange, allowed, uri, token = *token, create = std::move(create)](Status status) {
        if (!status) return exchange->answer(fail(std::move(status.error())));
        if (!*allowed) return exchange->answer(*allowed);
        const auto queued =
            tokens_.run(token, [uri, create](hsm::Token& keys) { create(keys.find_key(uri)); });
        if (!queued) exchange->answer(fail(queued.error()));
      });
}

void GatewayApi::run_hsm_list(const ExchangePointer& exchange) {
  auto result = std::make_shared<Result<json>>();
  store_.post(
      [this, exchange, result](Transaction& transaction) {
        *result = exchange->with_call(transaction, [this](Call&) -> Result<json> {
          json hsms = json::array();
          for (const hsm::TokenStatus& each : tokens_.statuses()) hsms.push_back(hsm_json(each));
          return json{{"hsms", std::move(hsms)}};
        });
        return work_status(*result);
      },
      [exchange, result](Status status) {
        exchange->answer(status ? std::move(*result) : fail(std::move(status.error())));
      });
}

void GatewayApi::run_hsm_retry(const ExchangePointer& exchange) {
  const std::string name = exchange->route.parts.at("hsm");
  auto allowed = std::make_shared<Result<json>>();
  store_.post(
      [exchange, allowed, name](Transaction& transaction) {
        *allowed = exchange->with_call(transaction, [&](Call& call) -> Result<json> {
          record_change(transaction, call.caller, "hsm.retry", std::nullopt, std::nullopt,
                        {{"hsm", name}});
          return json::object();
        });
        return work_status(*allowed);
      },
      [this, exchange, allowed, name](Status status) {
        if (!status) return exchange->answer(fail(std::move(status.error())));
        if (!*allowed) return exchange->answer(*allowed);
        const auto queued = tokens_.run(name, [exchange](hsm::Token& token) {
          const Status ready = token.retry();
          if (!ready) return exchange->answer(fail(ready.error()));
          exchange->answer(json{{"hsm", hsm_json(token.status())}});
        });
        if (!queued) exchange->answer(fail(queued.error()));
      });
}

}  // namespace countersign::server
