#include "gateway/server/gateway_api.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "core/certificate.h"
#include "core/encoding.h"
#include "core/fault_point.h"
#include "core/json_reader.h"
#include "core/text.h"
#include "gateway/client/wire.h"
#include "gateway/server/handlers.h"
#include "gateway/server/json_views.h"
#include "gateway/server/store_backup.h"
#include "policy/access.h"
#include "policy/applications.h"
#include "policy/signers.h"

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

/// A refusal is part of what the work did (it was recorded); any other error undoes the work. None
/// of these three comes after anything was written.
bool stays_recorded(const Error& error) {
  return error.kind == ErrorKind::denied || error.kind == ErrorKind::unauthenticated ||
         error.kind == ErrorKind::not_found;
}

/// What was found on the token for the signer's key URI, compared with what was pinned. The key was
/// good when it was pinned, so the caller did nothing wrong when it is not there.
Result<json> checked_key(const Signer& signer, Result<PublicKey> found) {
  if (!found) {
    if (found.error().kind == ErrorKind::invalid) found.error().kind = ErrorKind::internal;
    return fail(std::move(found.error()));
  }
  if (*found != signer.pinned)
    return fail(ErrorKind::conflict, "key_mismatch",
                "the key on token " + signer.token + " is not the one that signer " + signer.name +
                    " was made with (SHA-256 " + to_hex(found->fingerprint()) + ", pinned " +
                    to_hex(signer.pinned.fingerprint()) + ")",
                "run: countersign signer freeze " + signer.name +
                    " --reason \"key replaced\"; then find out who changed the token");
  return json{{"signer", signer.name}, {"fingerprint", to_hex(signer.pinned.fingerprint())}};
}

RightObjects objects_of(const Call& call) {
  RightObjects on(call.signer);
  if (call.application) on.application = call.application->id;
  if (call.container) on = on_container(*call.container);
  if (call.pin_source) on.provider = call.pin_source->id;
  return on;
}

}  // namespace

/// One request on its way through the threads.
struct GatewayApi::Exchange {
  Route route;
  std::uint32_t user = 0;  ///< whom the kernel named
  Credentials credentials;
  json body = json::object();
  std::function<void(ApiAnswer)> done;
  WrongTokens* wrong_tokens = nullptr;

  const Operation& operation() const { return *route.operation; }
  void answer(const Result<json>& result) const;
  ApiAnswer answer_of(const Error& error) const;

  /// Who calls, what the route's parts stand for, and whether he may: then what `handler` gives.
  /// Whatever is refused here or by the handler is recorded.
  template <class Handler>
  auto with_call(Transaction& transaction, Handler&& handler)
      -> decltype(handler(std::declval<Call&>()));

  /// What a call does not take is refused, even where no handler reads it.
  Status check_shape() const;
  Status find_objects(Call& call) const;
};

void GatewayApi::Exchange::answer(const Result<json>& result) const {
  if (result) return done({200, text_of(*result), std::nullopt});
  done(answer_of(result.error()));
}

ApiAnswer GatewayApi::Exchange::answer_of(const Error& error) const {
  const bool wrong_method = error.code == "method_not_allowed";
  ApiAnswer answer{wrong_method ? 405 : wire::http_status(error.kind),
                   text_of(wire::to_json(error)),
                   worth_repeating(error) ? std::optional(retry_after_seconds) : std::nullopt};
  const bool secret_shown =
      credentials.bearer || (route.operation && operation().name == "token.enrol");
  if (error.kind == ErrorKind::unauthenticated && secret_shown)
    answer.hold = wrong_tokens->note(user, WrongTokens::Clock::now());
  return answer;
}

template <class Handler>
auto GatewayApi::Exchange::with_call(Transaction& transaction, Handler&& handler)
    -> decltype(handler(std::declval<Call&>())) {
  const auto caller = identify(transaction, credentials);
  if (!caller) return fail(caller.error());
  const json query = query_object(route);
  Call call{transaction, *caller, route.parts, query, body};
  decltype(handler(call)) result = fail(Error{});
  const Status fitting = check_shape();
  const Status found = fitting ? find_objects(call) : fitting;
  // The signer itself may go out of memory with what the handler does.
  const auto signer = call.signer == nullptr ? std::nullopt : std::optional(call.signer->id);
  if (!found) {
    result = fail(found.error());
  } else if (auto allowed = authorise(transaction, *caller, operation(), objects_of(call));
             !allowed) {
    result = fail(std::move(allowed.error()));
  } else {
    result = handler(call);
    // The decision records its own denials, with the input.
    if (operation().name == "signature.create") return result;
  }
  if (!result && stays_recorded(result.error()))
    record_denial(transaction, *caller, signer, std::string(operation().name), result.error().code);
  return result;
}

Status GatewayApi::Exchange::check_shape() const {
  if (!body.empty() && operation().takes != Takes::body)
    return fail(ErrorKind::invalid, "unexpected_body", "this call takes no request body");
  if (!route.query.empty() && operation().takes != Takes::query)
    return fail(ErrorKind::invalid, "bad_target", "this call takes no query");
  return {};
}

Status GatewayApi::Exchange::find_objects(Call& call) const {
  const auto find = [&](auto& visible, const char* part, auto& into) -> Status {
    auto found = visible(call.transaction, call.caller, route.parts.at(part));
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

GatewayApi::GatewayApi(StoreAccess& store, hsm::TokenSet& tokens, SigningCalls& signing,
                       ContainerChecks& checks, std::string backups)
    : store_(store),
      tokens_(tokens),
      signing_(signing),
      checks_(checks),
      backups_(std::move(backups)) {}

template <class Value>
void GatewayApi::in_store(const ExchangePointer& exchange,
                          std::function<Result<Value>(Transaction&)> work,
                          std::function<void(Value)> next) {
  auto result = std::make_shared<Result<Value>>(fail(Error{}));
  store_.post(
      exchange->user,
      [result, work = std::move(work)](Transaction& transaction) -> Status {
        *result = work(transaction);
        if (*result || stays_recorded(result->error())) return {};
        return fail(result->error());
      },
      [exchange, result, next = std::move(next)](Status status) {
        if (!status) return exchange->answer(fail(std::move(status.error())));
        if (!*result) return exchange->answer(fail(std::move(result->error())));
        next(std::move(**result));
      });
}

void GatewayApi::answer_from_store(const ExchangePointer& exchange,
                                   std::function<Result<json>(Transaction&)> work) {
  in_store<json>(exchange, std::move(work),
                 [exchange](json answer) { exchange->answer(std::move(answer)); });
}

void GatewayApi::when_allowed(const ExchangePointer& exchange, std::function<void()> next) {
  in_store<json>(
      exchange,
      [exchange](Transaction& transaction) {
        return exchange->with_call(transaction,
                                   [](Call&) -> Result<json> { return json::object(); });
      },
      [next = std::move(next)](const json&) { next(); });
}

void GatewayApi::on_token(const ExchangePointer& exchange, const std::string& name,
                          std::function<void(hsm::Token&)> job) {
  if (auto queued = tokens_.run(name, std::move(job)); !queued)
    exchange->answer(fail(std::move(queued.error())));
}

bool GatewayApi::takes_large_body(std::string_view method, std::string_view target) const {
  const auto found = route(method, target);
  return found && found->operation->name == "signature.create";
}

void GatewayApi::handle(ApiRequest request, std::function<void(ApiAnswer)> done) {
  auto exchange = std::make_shared<Exchange>();
  exchange->done = std::move(done);
  exchange->user = request.peer.uid;
  exchange->wrong_tokens = &wrong_tokens_;
  auto found = route(request.method, request.target);
  if (!found) return exchange->answer(fail(std::move(found.error())));
  exchange->route = std::move(*found);
  if (!request.body.empty()) {
    auto body = wire::parse_object(request.body);
    wipe(request.body.data(), request.body.size());
    if (!body) return exchange->answer(fail(std::move(body.error())));
    exchange->body = std::move(*body);
  }
  exchange->credentials = credentials_of(request.peer, std::move(request.bearer), logins_);
  const std::string_view name = exchange->operation().name;
  if (name == "signature.create") return run_signature(exchange);
  if (name == "token.enrol") return run_enrolment(exchange);
  if (name == "signer.create") return run_signer_creation(exchange);
  if (name == "signer.check") return run_signer_check(exchange);
  if (name == "hsm.list") return run_hsm_list(exchange);
  if (name == "hsm.retry") return run_hsm_retry(exchange);
  if (name == "container.add_key") return run_container_key(exchange);
  if (name == "container.schedule") return run_container_schedule(exchange);
  if (name == "container.check") return run_container_check(exchange);
  if (name.starts_with("pin_source.")) return run_pin_source(exchange);
  if (name == "store.backup") return run_store_backup(exchange);
  answer_from_store(exchange, [exchange](Transaction& transaction) {
    return exchange->with_call(transaction, handler_of(exchange->operation()));
  });
}

void GatewayApi::run_enrolment(const ExchangePointer& exchange) {
  answer_from_store(exchange, [exchange](Transaction& transaction) {
    auto result = enrol_call(transaction, exchange->credentials, exchange->body);
    if (!result && result.error().kind == ErrorKind::unauthenticated)
      record_failed_sign_in(transaction, exchange->credentials, result.error().code);
    return result;
  });
}

void GatewayApi::run_signature(const ExchangePointer& exchange) {
  auto wish = wire::signature_request_from_json(exchange->body);
  if (!wish) return exchange->answer(fail(std::move(wish.error())));
  SigningWish signing{to_hex(wish->operation), std::move(wish->input), {}};
  for (auto& [name, value] : wish->claimed)
    signing.claimed.emplace_back("claimed." + name, std::move(value));
  in_store<SigningGrant>(
      exchange,
      [exchange, signing = std::move(signing)](Transaction& transaction) {
        auto grant = exchange->with_call(transaction, [&](Call& call) {
          return grant_signature(transaction, call.caller, *call.signer, signing);
        });
        fault_point("before_commit");
        return grant;
      },
      [this, exchange](SigningGrant grant) {
        signing_.carry_out(std::move(grant), [exchange](Result<Signature> signature) {
          if (!signature) return exchange->answer(fail(std::move(signature.error())));
          exchange->answer(wire::to_json(*signature));
        });
      });
}

/// Allowed first, then the token is asked for the key, then the signer is made: the caller's right
/// is checked again there, for the token may take its time.
void GatewayApi::run_signer_creation(const ExchangePointer& exchange) {
  in_store<NewSigner>(
      exchange,
      [this, exchange](Transaction& transaction) {
        return exchange->with_call(transaction,
                                   [this](Call& call) { return read_new_signer(call); });
      },
      [this, exchange](const NewSigner& wish) {
        on_token(exchange, wish.token, [this, exchange, wish](hsm::Token& token) {
          auto key = token.find_key(wish.key_uri);
          if (!key) return exchange->answer(fail(std::move(key.error())));
          answer_from_store(exchange, [exchange, wish, key = *key](Transaction& transaction) {
            return exchange->with_call(
                transaction, [&](Call& call) { return create_signer_call(call, wish, key); });
          });
        });
      });
}

Result<NewSigner> GatewayApi::read_new_signer(Call& call) const {
  JsonReader in(call.body, "");
  NewSigner wish;
  wish.name = in.text("name");
  wish.key_uri = in.text("key");
  const std::string pem = in.text("certificate");
  wish.admins = in.texts("admins");
  if (auto good = in.finish(); !good) return fail(good.error());
  auto certificates = certificates_from_pem(pem);
  if (!certificates) return fail(std::move(certificates.error()));
  wish.certificates = std::move(*certificates);
  auto token = tokens_.token_for(wish.key_uri);
  if (!token) return fail(std::move(token.error()));
  wish.token = std::move(*token);
  return wish;
}

void GatewayApi::run_signer_check(const ExchangePointer& exchange) {
  in_store<Signer>(
      exchange,
      [exchange](Transaction& transaction) {
        return exchange->with_call(transaction,
                                   [](Call& call) -> Result<Signer> { return *call.signer; });
      },
      [this, exchange](const Signer& signer) {
        on_token(exchange, signer.token, [exchange, signer](hsm::Token& token) {
          exchange->answer(checked_key(signer, token.find_key(signer.key_uri)));
        });
      });
}

void GatewayApi::run_hsm_list(const ExchangePointer& exchange) {
  when_allowed(exchange, [this, exchange] {
    tokens_.look();
    json hsms = json::array();
    for (const hsm::TokenStatus& each : tokens_.statuses()) hsms.push_back(hsm_json(each));
    exchange->answer(json{{"hsms", std::move(hsms)}});
  });
}

/// Of a token, or of the token whose PIN's source is named.
void GatewayApi::run_hsm_retry(const ExchangePointer& exchange) {
  in_store<std::string>(
      exchange,
      [this, exchange](Transaction& transaction) {
        return exchange->with_call(transaction, [this](Call& call) -> Result<std::string> {
          const std::string name = call.pin_source ? call.pin_source->token : call.parts.at("hsm");
          if (!tokens_.has(name)) return no_such("hsm");
          record_change(call.transaction, call.caller,
                        call.pin_source ? "pin_source.retry" : "hsm.retry", std::nullopt,
                        std::nullopt, {{"hsm", name}});
          return name;
        });
      },
      [this, exchange](const std::string& name) {
        on_token(exchange, name, [exchange](hsm::Token& token) {
          if (auto ready = token.retry(); !ready)
            return exchange->answer(fail(std::move(ready.error())));
          exchange->answer(json{{"hsm", hsm_json(token.status())}});
        });
      });
}

/// The store numbers the sources that the configuration names before one is looked for.
void GatewayApi::run_pin_source(const ExchangePointer& exchange) {
  const PinSources configured = tokens_.pin_sources();
  const std::string_view name = exchange->operation().name;
  if (name == "pin_source.retry") return run_hsm_retry(exchange);
  const auto& handler = name == "pin_source.list"   ? list_pin_sources_call
                        : name == "pin_source.show" ? show_pin_source_call
                                                    : describe_pin_source_call;
  answer_from_store(exchange, [exchange, configured, &handler](Transaction& transaction) {
    std::vector<std::string> names;
    for (const hsm::TokenPinSource& each : configured) names.push_back(each.token);
    transaction.pin_sources.number(names);
    return exchange->with_call(transaction, [&](Call& call) { return handler(call, configured); });
  });
}

/// As with a signer: allowed first, then looked for on the token, then allowed again and stored.
void GatewayApi::run_container_key(const ExchangePointer& exchange) {
  struct Wish {
    std::string token;
    std::string uri;
  };
  in_store<Wish>(
      exchange,
      [this, exchange](Transaction& transaction) {
        return exchange->with_call(transaction, [this](Call& call) -> Result<Wish> {
          JsonReader in(call.body, "");
          std::string uri = in.text("key");
          if (auto good = in.finish(); !good) return fail(good.error());
          auto token = tokens_.token_for(uri);
          if (!token) return fail(std::move(token.error()));
          return Wish{std::move(*token), std::move(uri)};
        });
      },
      [this, exchange](const Wish& wish) {
        on_token(exchange, wish.token, [this, exchange, wish](hsm::Token& token) {
          auto key = token.find_key(wish.uri);
          if (!key) return exchange->answer(fail(std::move(key.error())));
          answer_from_store(exchange, [exchange, wish, key = *key](Transaction& transaction) {
            return exchange->with_call(transaction, [&](Call& call) {
              return add_container_key_call(call, wish.token, wish.uri, key);
            });
          });
        });
      });
}

/// The checks are told of it when it is committed.
void GatewayApi::run_container_schedule(const ExchangePointer& exchange) {
  in_store<json>(
      exchange,
      [exchange](Transaction& transaction) {
        return exchange->with_call(transaction, schedule_container_call);
      },
      [this, exchange](json answer) {
        checks_.wake();
        exchange->answer(std::move(answer));
      });
}

void GatewayApi::run_container_check(const ExchangePointer& exchange) {
  using Keys = std::vector<ContainerKey>;
  in_store<Keys>(
      exchange,
      [exchange](Transaction& transaction) {
        return exchange->with_call(transaction, [](Call& call) -> Result<Keys> {
          return call.transaction.containers.keys(call.container->id);
        });
      },
      [this, exchange](const Keys& keys) {
        checks_.look(keys, [this, exchange](const std::vector<KeyCheck>& seen) {
          answer_from_store(exchange, [exchange, seen](Transaction& transaction) {
            return exchange->with_call(
                transaction, [&](Call& call) { return check_container_call(call, seen); });
          });
        });
      });
}

/// Allowed first, then copied, then recorded, and named last: whatever is named like a backup is
/// whole and in the log.
void GatewayApi::run_store_backup(const ExchangePointer& exchange) {
  when_allowed(exchange, [this, exchange] {
    auto begun = StoreBackup::begin(backups_);
    if (!begun) return exchange->answer(fail(std::move(begun.error())));
    const std::shared_ptr<StoreBackup> backup(std::move(*begun));
    store_.copy_to(backup->partial(), [this, exchange, backup](Status copied) {
      if (!copied) return exchange->answer(fail(std::move(copied.error())));
      finish_backup(exchange, backup);
    });
  });
}

void GatewayApi::finish_backup(const ExchangePointer& exchange,
                               const std::shared_ptr<StoreBackup>& backup) {
  const auto size = backup->finish();
  if (!size) return exchange->answer(fail(size.error()));
  const auto record = [backup, bytes = *size](Call& call) -> Result<json> {
    record_change(call.transaction, call.caller, "store.backup", std::nullopt, std::nullopt,
                  {{"file", backup->file()}, {"bytes", std::to_string(bytes)}});
    return json{{"file", backup->file()}, {"bytes", bytes}};
  };
  in_store<json>(
      exchange,
      [exchange, record](Transaction& transaction) {
        return exchange->with_call(transaction, record);
      },
      [exchange, backup](const json& answer) {
        fault_point("before_backup_named");
        if (auto kept = backup->keep(); !kept)
          return exchange->answer(fail(std::move(kept.error())));
        exchange->answer(answer);
      });
}

}  // namespace countersign::server
