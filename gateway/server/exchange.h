// One request on its way through the threads: who asks for what, and where the answer goes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <utility>

#include "gateway/server/api.h"
#include "gateway/server/handlers.h"
#include "gateway/server/identity.h"
#include "gateway/server/router.h"
#include "gateway/server/store_access.h"
#include "gateway/server/wrong_tokens.h"

namespace countersign::server {

/// Goes from thread to thread, and is looked at by one at a time. Answered exactly once.
class Exchange {
 public:
  /// `wrong_tokens` outlives it; `done` gets the answer. `left` as in ApiRequest.
  Exchange(std::uint32_t user, WrongTokens& wrong_tokens,
           std::shared_ptr<const std::atomic<bool>> left, std::function<void(ApiAnswer)> done);
  ~Exchange();

  /// What is asked for, by whom. Until then only an error can be answered.
  void set_call(Route route, Credentials credentials, nlohmann::json body);

  std::uint32_t user() const { return user_; }  ///< whom the kernel named
  const Operation& operation() const { return *route_.operation; }
  const Credentials& credentials() const { return credentials_; }
  const nlohmann::json& body() const { return *body_; }

  /// Whether nobody waits for the answer any more.
  bool left() const { return left_ && *left_; }

  void answer(const Result<nlohmann::json>& result) const;
  /// Answers that it was taken note of, and not done yet.
  void accept(const nlohmann::json& body) const;
  void refuse(const Error& error) const;

  /// Who calls, what the route's parts stand for, and whether he may: then what `handler` gives, a
  /// Result. Whatever is refused here or by the handler is recorded.
  template <class Handler>
  auto with_call(Transaction& transaction, Handler&& handler) const
      -> decltype(handler(std::declval<Call&>())) {
    std::optional<decltype(handler(std::declval<Call&>()))> result;
    auto done = checked(transaction, [&](Call& call) -> Status {
      result.emplace(handler(call));
      if (!*result) return fail(result->error());
      return {};
    });
    if (!done) return fail(std::move(done.error()));
    return std::move(*result);
  }

 private:
  Status checked(Transaction& transaction, const std::function<Status(Call&)>& handler) const;
  ApiAnswer answer_of(const Error& error) const;
  /// What a call does not take is refused, even where no handler reads it.
  Status check_shape() const;
  Status find_objects(Call& call) const;

  const std::uint32_t user_;
  WrongTokens& wrong_tokens_;
  const std::shared_ptr<const std::atomic<bool>> left_;
  const std::function<void(ApiAnswer)> done_;
  Route route_;
  Credentials credentials_;
  std::unique_ptr<nlohmann::json> body_;
};

using ExchangePointer = std::shared_ptr<Exchange>;

/// A refusal is part of what the work did (it was recorded); any other error undoes the work. None
/// of the refusals comes after anything was written.
bool stays_recorded(const Error& error);

/// Runs `work` on the store; `next` gets its value on the store's thread, an error is answered.
template <class Value>
void in_store(StoreAccess& store, const ExchangePointer& exchange,
              std::function<Result<Value>(Transaction&)> work, std::function<void(Value)> next) {
  auto result = std::make_shared<Result<Value>>(fail(Error{}));
  store.post(
      exchange->user(),
      [result, work = std::move(work)](Transaction& transaction) -> Status {
        *result = work(transaction);
        if (*result || stays_recorded(result->error())) return {};
        return fail(result->error());
      },
      [exchange, result, next = std::move(next)](Status status) {
        if (!status) return exchange->refuse(status.error());
        if (!*result) return exchange->refuse(result->error());
        next(std::move(**result));
      });
}

/// The same, and answers the value.
void answer_from_store(StoreAccess& store, const ExchangePointer& exchange,
                       std::function<Result<nlohmann::json>(Transaction&)> work);

/// Runs `next` on the store's thread for a caller who may do what he asks for.
void when_allowed(StoreAccess& store, const ExchangePointer& exchange, std::function<void()> next);

}  // namespace countersign::server
