#include "gateway/server/signing_calls.h"

#include <utility>

#include "core/crypto.h"
#include "core/encoding.h"
#include "core/fault_point.h"

namespace countersign::server {
namespace {

constexpr auto memory = std::chrono::minutes(10);
constexpr std::size_t most_remembered = 20'000;
/// Long enough for an answer to leave before a test's kill between answer and outcome.
constexpr int answer_leaves_ms = 200;

Error for_signers(const Error& error, const SigningGrant& grant) {
  if (error.kind != ErrorKind::unavailable) return error;
  return {error.kind, error.code,
          "the token " + grant.token + " of " + grant.signer_name + " is not available",
          "a product admin sees why with: countersign hsm list"};
}

}  // namespace

SigningCalls::SigningCalls(hsm::TokenSet& tokens, StoreAccess& store, bool verify,
                           TokenErrors errors, LogSink& log)
    : tokens_(tokens), store_(store), verify_(verify), errors_(errors), log_(log) {}

bool SigningCalls::join(const SigningGrant& grant, Done& done) {
  std::optional<Result<Signature>> ended;
  {
    const std::lock_guard lock(mutex_);
    forget_old();
    if (grant.ended && !operations_.contains(grant.operation)) {
      ended = fail(ErrorKind::conflict, "operation_ended",
                   "this operation has ended, and its answer is not remembered any more",
                   "draw a new operation id");
    } else if (const auto [entry, added] = operations_.try_emplace(grant.operation);
               !entry->second.ended) {
      entry->second.waiting.push_back(std::move(done));
      return !added;
    } else {
      ended = entry->second.ended;
    }
  }
  done(std::move(*ended));
  return true;
}

void SigningCalls::carry_out(SigningGrant grant, Done done) {
  if (join(grant, done)) return;
  fault_point("after_commit");
  hsm::KeyReference key{grant.key_uri, grant.pinned};
  const std::string token = grant.token;
  SigningInput input = grant.input;
  tokens_.sign(token, std::move(key), std::move(input), verify_,
               [this, grant = std::move(grant)](tl::expected<Bytes, hsm::SignFailure> result) {
                 fault_point("after_token");
                 finish(grant, std::move(result));
               });
}

void SigningCalls::finish(const SigningGrant& grant, tl::expected<Bytes, hsm::SignFailure> result) {
  if (result) {
    const std::string hash = to_hex(sha256(*result));
    const Result<Signature> signature =
        Signature{std::move(*result), grant.intent, grant.request, grant.warning};
    for (const Done& each : end(grant.operation, signature)) each(signature);
    post_outcome(grant, SigningEnd::signed_, hash);
    return;
  }
  const hsm::SignFailure& failure = result.error();
  const bool to_keepers = errors_ == TokenErrors::for_keepers;
  if (to_keepers) log_.write(Severity::warning, grant.signer_name + ": " + failure.error.text());
  const Result<Signature> failed =
      fail(to_keepers ? for_signers(failure.error, grant) : failure.error);
  for (const Done& each : end(grant.operation, failed)) each(failed);
  post_outcome(grant, failure.surely_not_signed ? SigningEnd::not_signed : SigningEnd::failed,
               failure.error.code);
}

std::vector<SigningCalls::Done> SigningCalls::end(const std::string& operation,
                                                  const Result<Signature>& result) {
  const std::lock_guard lock(mutex_);
  Operation& entry = operations_[operation];
  entry.ended = result;
  ended_.emplace_back(std::chrono::steady_clock::now(), operation);
  return std::exchange(entry.waiting, {});
}

void SigningCalls::forget_old() {
  const auto now = std::chrono::steady_clock::now();
  while (!ended_.empty() &&
         (ended_.front().first + memory < now || ended_.size() > most_remembered)) {
    operations_.erase(ended_.front().second);
    ended_.pop_front();
  }
}

void SigningCalls::post_outcome(const SigningGrant& grant, SigningEnd end, std::string detail) {
  store_.post_unhurried(
      [grant, end, detail = std::move(detail)](Transaction& transaction) -> Status {
        fault_point("after_answer", answer_leaves_ms);
        record_outcome(transaction, grant, end, detail);
        return {};
      },
      [this, operation = grant.operation](const Status& status) {
        if (!status)
          log_.write(Severity::error, "the outcome of operation " + operation +
                                          " is not recorded: " + status.error().text());
      });
}

}  // namespace countersign::server
