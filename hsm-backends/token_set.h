// All tokens of a gateway, each with its own queue and threads.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "hsm-backends/token.h"
#include "hsm-backends/token_config.h"
#include "hsm-backends/work_queue.h"

namespace countersign::hsm {

/// So many jobs wait for one token at most: as many as a gateway has callers at once.
inline constexpr std::size_t most_waiting_for_token = 4096;

/// A token and its configuration.
struct ConfiguredToken {
  TokenConfig config;
  std::shared_ptr<Token> token;
};

struct TokenPinSource {
  std::string token;  ///< its name
  PinSource pin;
};

/// On which threads calls to tokens run.
enum class TokenThreads {
  own,     ///< those of the TokenSet: what is said here of never blocking holds for these
  callers  ///< whoever asks waits: for a process that is not ours, where nothing may be started
};

/// A token in this process for each configuration; their names differ. `lock` outlives them.
/// Contacts nothing yet.
std::vector<ConfiguredToken> tokens_in_this_process(std::vector<TokenConfig> configs,
                                                    PinLock& lock);

/// Calls to a token take as long as the token likes, so they run on its own threads, as many as it
/// has sessions: callers never block, and a slow token holds up nobody but its own callers.
/// Thread-safe.
class TokenSet {
 public:
  using SignDone = std::function<void(tl::expected<Bytes, SignFailure>)>;

  /// Makes a Pkcs11Token of each configuration; their names differ. Each is reached in the
  /// background at once, so that status() tells what is wrong before the first signature. `lock`
  /// outlives this.
  TokenSet(std::vector<TokenConfig> configs, PinLock& lock);
  /// The same with tokens that exist already. On threads of callers none is reached before its
  /// first call.
  explicit TokenSet(std::vector<ConfiguredToken> tokens, TokenThreads threads = TokenThreads::own);
  TokenSet(const TokenSet&) = delete;
  TokenSet& operator=(const TokenSet&) = delete;
  ~TokenSet();

  /// The name of the one token that the key URI `uri` can mean. Asks the configuration, not the
  /// tokens. Errors: `bad_key_uri`, `no_such_token`, `token_ambiguous`, all of kind `invalid`.
  Result<std::string> token_for(const std::string& uri) const;

  bool has(const std::string& token_name) const { return find(token_name) != nullptr; }

  /// Every token's state as it was last seen, in the order of the configuration. Never blocks.
  std::vector<TokenStatus> statuses() const;

  /// Where each token's PIN comes from, in the order of the configuration.
  std::vector<TokenPinSource> pin_sources() const;

  /// Reaches for the tokens where that does not happen in the background, so that statuses() tells
  /// how they are.
  void look();

  /// Signs on a thread of the token, checks the signature with `key.pinned` when `verify` is set,
  /// and calls `done` exactly once: on that thread, or before sign() returns when it is not taken.
  /// Errors: those of Token::sign(); `no_such_token`, `token_busy` (its queue is full),
  /// `token_stopped`: all surely not signed; `signature_wrong` (it does not verify): may have
  /// signed.
  void sign(const std::string& token_name, KeyReference key, SigningInput input, bool verify,
            SignDone done);

  /// Runs `job` on a thread of the token, to find a key or try the token again. When this returns
  /// an error `job` is never run. Errors: `no_such_token`, `token_busy`, `token_stopped`.
  Status run(const std::string& token_name, std::function<void(Token&)> job);

  /// Takes nothing more, finishes what waits, joins the threads, and ends the tokens' workers. Not
  /// from one of the threads.
  void stop();

 private:
  struct Member;
  const Member* find(const std::string& token_name) const;

  const TokenThreads threads_;
  std::vector<std::unique_ptr<Member>> members_;
};

}  // namespace countersign::hsm
