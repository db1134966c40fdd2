#include <nlohmann/json.hpp>
#include <utility>

#include "core/encoding.h"
#include "gateway/server/calls.h"

namespace countersign::server {

using nlohmann::json;

namespace {

/// A document on its way through the tokens that have keys it names.
struct Application {
  DeclarationWish wish;
  std::size_t next = 0;  ///< the step to look at
};
using ApplicationPointer = std::shared_ptr<Application>;

bool names_key(const PlannedStep& step) {
  return step.operation == "signer.create" || step.operation == "container.add_key";
}

std::string uri_of(const PlannedStep& step) {
  return arguments_of(step)
      .at(step.operation == "signer.create" ? "key_uri" : "key")
      .get<std::string>();
}

bool is_wanted(const PlannedStep& step, const PublicKey& found) {
  return step.operation == "signer.create"
             ? arguments_of(step).at("public_key") == to_base64(found.der())
             : arguments_of(step).at("fingerprint") == to_hex(found.fingerprint());
}

void apply_found(const Services& services, const ExchangePointer& exchange,
                 const ApplicationPointer& application) {
  in_store<json>(
      services.store, exchange,
      [exchange, application](Transaction& transaction) {
        return exchange->with_call(transaction, [&](Call& call) {
          return apply_declaration_call(call, application->wish);
        });
      },
      [&services, exchange](json answer) {
        services.checks.wake();
        exchange->answer(std::move(answer));
      });
}

/// Asks for one key after the other, as a signer's creation does for its own; then applies.
void find_next_key(const Services& services, const ExchangePointer& exchange,
                   const ApplicationPointer& application) {
  auto& steps = application->wish.plan.steps;
  while (application->next < steps.size() && !names_key(steps[application->next]))
    ++application->next;
  if (application->next == steps.size()) return apply_found(services, exchange, application);
  PlannedStep& step = steps[application->next++];
  auto name = services.tokens.token_for(uri_of(step));
  if (!name) {
    name.error().message = step.pointer + ": " + name.error().message;
    return exchange->answer(fail(std::move(name.error())));
  }
  json arguments = arguments_of(step);
  arguments["token"] = *name;
  step.arguments = arguments.dump();
  on_token(services, exchange, *name, [&services, exchange, application, &step](hsm::Token& token) {
    auto key = token.find_key(uri_of(step));
    if (!key) {
      key.error().message = step.pointer + ": " + key.error().message;
      return exchange->answer(fail(std::move(key.error())));
    }
    if (!is_wanted(step, *key))
      return exchange->answer(fail(ErrorKind::conflict, "key_mismatch",
                                   step.pointer + ": the key on the token is another one",
                                   "export the document from where the key is"));
    find_next_key(services, exchange, application);
  });
}

}  // namespace

void run_declaration(const Services& services, const ExchangePointer& exchange) {
  in_store<DeclarationWish>(
      services.store, exchange,
      [exchange](Transaction& transaction) {
        return exchange->with_call(transaction, read_declaration_wish);
      },
      [&services, exchange](DeclarationWish wish) {
        find_next_key(services, exchange,
                      std::make_shared<Application>(Application{std::move(wish), 0}));
      });
}

}  // namespace countersign::server
