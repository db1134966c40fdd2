#include <nlohmann/json.hpp>
#include <utility>

#include "core/encoding.h"
#include "core/fault_point.h"
#include "gateway/client/wire.h"
#include "gateway/server/calls.h"

namespace countersign::server {
namespace {

using nlohmann::json;
using SteadyClock = RequestWatch::Clock;

/// One wish to sign, decided anew each time that the request it waits for has changed.
class SignatureCall : public std::enable_shared_from_this<SignatureCall> {
 public:
  SignatureCall(const Services& services, ExchangePointer exchange, SigningWish wish,
                Milliseconds patience)
      : services_(services),
        exchange_(std::move(exchange)),
        wish_(std::move(wish)),
        deadline_(SteadyClock::now() + patience) {}

  void decide() {
    in_store<SigningAnswer>(
        services_.store, exchange_,
        [self = shared_from_this()](Transaction& transaction) { return self->ask(transaction); },
        [self = shared_from_this()](SigningAnswer answer) {
          if (auto* const grant = std::get_if<SigningGrant>(&answer))
            self->carry_out(std::move(*grant));
          else
            self->wait_for(std::get<AwaitedRequest>(answer));
        });
  }

 private:
  Result<SigningAnswer> ask(Transaction& transaction) {
    // A signature that nobody takes would cost its approval.
    if (parked_ && exchange_->left())
      return fail(ErrorKind::unavailable, "gateway_stopping", "the connection is about to end",
                  "ask again");
    decided_ = transaction.now;
    wish_.waits_until = decided_ + time_left();
    auto answer = exchange_->with_call(transaction, [&](Call& call) {
      return grant_signature(transaction, call.caller, *call.signer, wish_);
    });
    fault_point("before_commit");
    return answer;
  }

  void carry_out(SigningGrant grant) {
    services_.signing.carry_out(std::move(grant),
                                [exchange = exchange_](Result<Signature> signature) {
                                  if (!signature)
                                    return exchange->answer(fail(std::move(signature.error())));
                                  exchange->answer(wire::to_json(*signature));
                                });
  }

  void wait_for(const AwaitedRequest& request) {
    // A request that nobody answers ends without being changed.
    const auto until = std::min(deadline_, SteadyClock::now() + (request.open_until - decided_));
    parked_ = true;
    const bool watched =
        wish_.waits_for &&
        services_.store.watch(request.id,
                              {until, [exchange = exchange_] { return exchange->left(); },
                               [self = shared_from_this()] { self->decide(); }});
    if (!watched) exchange_->accept({{"request", request.id}, {"message", request.message}});
  }

  Milliseconds time_left() const {
    const auto left = std::chrono::ceil<Milliseconds>(deadline_ - SteadyClock::now());
    return std::max(left, Milliseconds(0));
  }

  const Services& services_;
  const ExchangePointer exchange_;
  SigningWish wish_;
  const SteadyClock::time_point deadline_;
  Time decided_;         ///< when it was last
  bool parked_ = false;  ///< it has waited
};

}  // namespace

void run_signature(const Services& services, const ExchangePointer& exchange) {
  auto wish = wire::signature_request_from_json(exchange->body());
  if (!wish) return exchange->answer(fail(std::move(wish.error())));
  SigningWish signing{to_hex(wish->operation),   std::move(wish->input), {},
                      std::move(wish->metadata), wish->auto_request,     wish->waits_for};
  for (auto& [name, value] : wish->claimed)
    signing.claimed.emplace_back("claimed." + name, std::move(value));
  std::make_shared<SignatureCall>(services, exchange, std::move(signing), wish->wait)->decide();
}

}  // namespace countersign::server
