#include "gateway/server/exchange.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "gateway/client/wire.h"
#include "policy/access.h"
#include "policy/applications.h"
#include "policy/containers.h"
#include "policy/visible_requests.h"

namespace countersign::server {

using nlohmann::json;

namespace {

constexpr unsigned retry_after_seconds = 1;

/// Codes after which the very same call may be repeated: nothing was begun.
bool worth_repeating(const Error& error) {
  return error.code == "store_busy" || error.code == "gateway_stopping";
}

std::string text_of(const json& object) {
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

RightObjects objects_of(const Call& call) {
  RightObjects on(call.signer);
  if (call.application) on.application = call.application->id;
  if (call.container) on = on_container(*call.container);
  if (call.pin_source) on.provider = call.pin_source->id;
  if (call.collection) on.collection = call.collection->id;
  return on;
}

}  // namespace

Exchange::Exchange(std::uint32_t user, WrongTokens& wrong_tokens,
                   std::shared_ptr<const std::atomic<bool>> left,
                   std::function<void(ApiAnswer)> done)
    : user_(user),
      wrong_tokens_(wrong_tokens),
      left_(std::move(left)),
      done_(std::move(done)),
      body_(std::make_unique<json>(json::object())) {}
Exchange::~Exchange() = default;

void Exchange::set_call(Route route, Credentials credentials, json body) {
  route_ = std::move(route);
  credentials_ = std::move(credentials);
  *body_ = std::move(body);
}

void Exchange::answer(const Result<json>& result) const {
  if (result) return done_({200, text_of(*result), std::nullopt});
  refuse(result.error());
}

void Exchange::accept(const json& body) const {
  done_({202, text_of(body), std::nullopt});
}

void Exchange::refuse(const Error& error) const {
  done_(answer_of(error));
}

ApiAnswer Exchange::answer_of(const Error& error) const {
  const bool wrong_method = error.code == "method_not_allowed";
  ApiAnswer answer{wrong_method ? 405 : wire::http_status(error.kind),
                   text_of(wire::to_json(error)),
                   worth_repeating(error) ? std::optional(retry_after_seconds) : std::nullopt};
  const bool secret_shown =
      credentials_.bearer || (route_.operation && operation().name == "token.enrol");
  if (error.kind == ErrorKind::unauthenticated && secret_shown)
    answer.hold = wrong_tokens_.note(user_, WrongTokens::Clock::now());
  return answer;
}

Status Exchange::checked(Transaction& transaction,
                         const std::function<Status(Call&)>& handler) const {
  const auto caller = identify(transaction, credentials_);
  if (!caller) return fail(caller.error());
  const json query = query_object(route_);
  Call call{transaction, *caller, route_.parts, query, *body_};
  call.query_texts = &route_.query;
  Status result = check_shape();
  if (result) result = find_objects(call);
  // The signer itself may go out of memory with what the handler does.
  const auto signer = call.signer == nullptr ? std::nullopt : std::optional(call.signer->id);
  if (result) result = authorise(transaction, *caller, operation(), objects_of(call));
  if (result) {
    result = handler(call);
    // The decision records its own denials, with the input.
    if (operation().name == "signature.create") return result;
  }
  if (!result && stays_recorded(result.error()))
    record_denial(transaction, *caller, signer, std::string(operation().name), result.error().code);
  return result;
}

Status Exchange::check_shape() const {
  if (!body_->empty() && operation().takes != Takes::body)
    return fail(ErrorKind::invalid, "unexpected_body", "this call takes no request body");
  if (!route_.query.empty() && operation().takes != Takes::query)
    return fail(ErrorKind::invalid, "bad_target", "this call takes no query");
  return {};
}

Status Exchange::find_objects(Call& call) const {
  const auto find = [&](auto& visible, const char* part, auto& into) -> Status {
    auto found = visible(call.transaction, call.caller, route_.parts.at(part));
    if (!found) return fail(std::move(found.error()));
    into = std::move(*found);
    return {};
  };
  switch (operation().scope) {
    case Scope::signer:
      return find(visible_signer, "signer", call.signer);
    case Scope::application:
      return find(visible_application, "application", call.application);
    case Scope::container:
      return find(visible_container, "container", call.container);
    case Scope::collection:
      return find(visible_collection, "collection", call.collection);
    case Scope::pin_source:
      return find(visible_pin_source, "source", call.pin_source);
    case Scope::request: {
      Request request;
      if (auto found = find(visible_request, "request", request); !found) return found;
      call.request = request.id;
      call.signer = call.transaction.signers.find(request.signer);
      return {};
    }
    case Scope::account:
    case Scope::product:
      break;
  }
  return {};
}

bool stays_recorded(const Error& error) {
  return error.kind == ErrorKind::denied || error.kind == ErrorKind::unauthenticated ||
         error.kind == ErrorKind::not_found;
}

void answer_from_store(StoreAccess& store, const ExchangePointer& exchange,
                       std::function<Result<json>(Transaction&)> work) {
  in_store<json>(store, exchange, std::move(work),
                 [exchange](json answer) { exchange->answer(std::move(answer)); });
}

void when_allowed(StoreAccess& store, const ExchangePointer& exchange, std::function<void()> next) {
  in_store<json>(
      store, exchange,
      [exchange](Transaction& transaction) {
        return exchange->with_call(transaction,
                                   [](Call&) -> Result<json> { return json::object(); });
      },
      [next = std::move(next)](const json&) { next(); });
}

}  // namespace countersign::server
