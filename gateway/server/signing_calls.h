// The sign call behind the store: what was granted goes to the token, is verified, released, and
// its outcome recorded; a repeated call gets the same signature.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/log_sink.h"
#include "gateway/client/signing_service.h"
#include "gateway/server/store_access.h"
#include "hsm-backends/token_set.h"
#include "policy/signing.h"

namespace countersign::server {

/// Who is told what a token said when it failed.
enum class TokenErrors {
  for_keepers,  ///< paths and details go to the operator's diagnostics; signers learn which token
  for_callers   ///< who asks is the keeper himself
};

/// Thread-safe. `tokens` and `store` outlive it, and it outlives their last callback.
class SigningCalls {
 public:
  using Done = std::function<void(Result<Signature>)>;

  SigningCalls(hsm::TokenSet& tokens, StoreAccess& store, bool verify, TokenErrors errors,
               LogSink& log);

  /// Carries a committed grant out; `done` is called exactly once. Errors: those of
  /// TokenSet::sign(), in words fit for signers; `operation_ended` for a repetition whose outcome
  /// is recorded and whose answer is not remembered any more.
  void carry_out(SigningGrant grant, Done done);

 private:
  /// An operation that runs, or one whose end is remembered for ten minutes, if there
  /// are not too many.
  struct Operation {
    std::vector<Done> waiting;
    std::optional<Result<Signature>> ended;
  };
  bool join(const SigningGrant& grant, Done& done);
  void finish(const SigningGrant& grant, tl::expected<Bytes, hsm::SignFailure> result);
  std::vector<Done> end(const std::string& operation, const Result<Signature>& result);
  void forget_old();
  void post_outcome(const SigningGrant& grant, SigningEnd end, std::string detail);

  hsm::TokenSet& tokens_;
  StoreAccess& store_;
  const bool verify_;
  const TokenErrors errors_;
  LogSink& log_;
  std::mutex mutex_;
  std::map<std::string, Operation> operations_;
  std::deque<std::pair<std::chrono::steady_clock::time_point, std::string>> ended_;
};

}  // namespace countersign::server
