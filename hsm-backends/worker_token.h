// A token whose library runs in a worker process.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/log_sink.h"
#include "hsm-backends/token_set.h"
#include "hsm-backends/worker_keeper.h"

namespace countersign::hsm {

/// A library that crashes, hangs or spoils its memory takes only its own process along
/// (WorkerKeeper); the PIN is read there and never comes here. Behind it is a Pkcs11Token, whose
/// errors these are; besides, `token_failed` for a call that the worker did not survive or did not
/// answer within the deadline of the config: it may have signed.
class WorkerToken final : public Token {
 public:
  WorkerToken(TokenConfig config, std::string program, PinLock& lock, LogSink& log);

  Status connect() override;
  Result<PublicKey> find_key(const std::string& uri) override;
  tl::expected<Bytes, SignFailure> sign(const KeyReference& key,
                                        const SigningInput& input) override;
  TokenStatus status() const override { return keeper_.status(); }
  Status retry() override;
  void renew() override;
  void stop() override { keeper_.stop(); }

 private:
  WorkerKeeper keeper_;
};

/// A WorkerToken of each configuration. `program` as WorkerKeeper takes it; `lock` and `log`
/// outlive the tokens.
std::vector<ConfiguredToken> worker_tokens(const std::vector<TokenConfig>& configs,
                                           const std::string& program, PinLock& lock, LogSink& log);

}  // namespace countersign::hsm
