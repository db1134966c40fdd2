#include <nlohmann/json.hpp>
#include <utility>

#include "core/json_reader.h"
#include "gateway/server/calls.h"

namespace countersign::server {

using nlohmann::json;

/// As with a signer: allowed first, then looked for on the token, then allowed again and stored.
void run_container_key(const Services& services, const ExchangePointer& exchange) {
  struct Wish {
    std::string token;
    std::string uri;
  };
  in_store<Wish>(
      services.store, exchange,
      [&services, exchange](Transaction& transaction) {
        return exchange->with_call(transaction, [&services](Call& call) -> Result<Wish> {
          JsonReader in(call.body, "");
          std::string uri = in.text("key");
          if (auto good = in.finish(); !good) return fail(good.error());
          auto token = services.tokens.token_for(uri);
          if (!token) return fail(std::move(token.error()));
          return Wish{std::move(*token), std::move(uri)};
        });
      },
      [&services, exchange](const Wish& wish) {
        on_token(services, exchange, wish.token, [&services, exchange, wish](hsm::Token& token) {
          auto key = token.find_key(wish.uri);
          if (!key) return exchange->answer(fail(std::move(key.error())));
          answer_from_store(services.store, exchange,
                            [exchange, wish, key = *key](Transaction& transaction) {
                              return exchange->with_call(transaction, [&](Call& call) {
                                return add_container_key_call(call, wish.token, wish.uri, key);
                              });
                            });
        });
      });
}

/// The checks are told of it when it is committed.
void run_container_schedule(const Services& services, const ExchangePointer& exchange) {
  in_store<json>(
      services.store, exchange,
      [exchange](Transaction& transaction) {
        return exchange->with_call(transaction, schedule_container_call);
      },
      [&services, exchange](json answer) {
        services.checks.wake();
        exchange->answer(std::move(answer));
      });
}

void run_container_check(const Services& services, const ExchangePointer& exchange) {
  using Keys = std::vector<ContainerKey>;
  in_store<Keys>(
      services.store, exchange,
      [exchange](Transaction& transaction) {
        return exchange->with_call(transaction, [](Call& call) -> Result<Keys> {
          return call.transaction.containers.keys(call.container->id);
        });
      },
      [&services, exchange](const Keys& keys) {
        services.checks.look(keys, [&services, exchange](const std::vector<KeyCheck>& seen) {
          answer_from_store(services.store, exchange, [exchange, seen](Transaction& transaction) {
            return exchange->with_call(
                transaction, [&](Call& call) { return check_container_call(call, seen); });
          });
        });
      });
}

}  // namespace countersign::server
