#include "hsm-backends/worker_token.h"

#include <utility>

#include "hsm-backends/key_uri.h"
#include "hsm-backends/worker_wire.h"

namespace countersign::hsm {
namespace {

/// What a call that is no signature failed with. A worker lost in it is nothing but down.
tl::unexpected<Error> failed(SignFailure failure) {
  if (failure.error.code == "token_failed") failure.error.code = "token_down";
  return fail(std::move(failure.error));
}

Status as_status(tl::expected<Bytes, SignFailure> answer) {
  if (!answer) return failed(std::move(answer.error()));
  return {};
}

}  // namespace

WorkerToken::WorkerToken(TokenConfig config, std::string program, PinLock& lock, LogSink& log)
    : keeper_(std::move(config), std::move(program), lock, log) {}

Status WorkerToken::connect() {
  return as_status(keeper_.call(worker_wire::encode_connect()));
}

Result<PublicKey> WorkerToken::find_key(const std::string& uri) {
  if (const auto parsed = parse_key_uri(uri); !parsed) return fail(parsed.error());
  const auto der = keeper_.call(worker_wire::encode_find_key(uri));
  if (!der) return failed(der.error());
  return PublicKey::from_der(*der);
}

/// A token that is not ready is reached first, in a call of its own: what goes wrong in that one
/// has surely not signed.
tl::expected<Bytes, SignFailure> WorkerToken::sign(const KeyReference& key,
                                                   const SigningInput& input) {
  if (!keeper_.ready())
    if (auto connected = connect(); !connected)
      return tl::unexpected(SignFailure{std::move(connected.error()), true});
  return keeper_.call(worker_wire::encode_sign(key, input));
}

Status WorkerToken::retry() {
  keeper_.start_now();
  return as_status(keeper_.call(worker_wire::encode_retry()));
}

void WorkerToken::renew() {
  // A worker that is lost in this call is as new.
  (void)keeper_.call(worker_wire::encode_renew());
}

std::vector<ConfiguredToken> worker_tokens(const std::vector<TokenConfig>& configs,
                                           const std::string& program, PinLock& lock,
                                           LogSink& log) {
  std::vector<ConfiguredToken> tokens;
  for (const TokenConfig& config : configs)
    tokens.push_back({config, std::make_shared<WorkerToken>(config, program, lock, log)});
  return tokens;
}

}  // namespace countersign::hsm
