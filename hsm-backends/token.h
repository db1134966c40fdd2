// A token as the gateway uses it: it finds keys and signs digests. Nothing here decides anything.
#pragma once

#include <memory>
#include <string>

#include "core/algorithm.h"
#include "core/bytes.h"
#include "core/public_key.h"
#include "core/result.h"

namespace countersign::hsm {

/// Where a signer's key is: the token's name in the config, the `pkcs11:` URI inside it, and the
/// public key that was pinned when the signer was made.
struct KeyReference {
  std::string uri;
  PublicKey pinned;
};

/// A failed signature. `surely_not_signed` is true only for this closed list of failures, after
/// which the token cannot have made a signature: the input does not suit the key; the queue to the
/// token is full or closed; the token could not be reached or refused the login; the key was not
/// found, not usable or not the pinned one; C_SignInit failed. Nothing that C_Sign itself returns
/// is on it (PKCS#11 v3.0 §5.13.2): it may have signed, whatever it says.
struct SignFailure {
  Error error;
  bool surely_not_signed = false;
};

enum class TokenState {
  ready,
  down,   ///< not reachable or not usable at the moment; tried again by itself
  locked  ///< a PIN was refused: nothing is tried before retry()
};

struct TokenStatus {
  std::string name;
  std::string library;
  std::string label;  ///< as the token says; empty when never reached
  std::string serial;
  TokenState state = TokenState::down;
  std::string message;  ///< why it is not ready; empty when it is

  bool operator==(const TokenStatus&) const = default;
};

/// One token. Thread-safe: as many calls run at once as it has sessions, others wait.
class Token {
 public:
  virtual ~Token() = default;

  /// Reaches the token and logs in, unless that has happened already. Errors: `token_down`,
  /// `token_ambiguous` (two tokens bear the label), `token_locked`.
  virtual Status connect() = 0;

  /// The public key of the one private key that `uri` names. Errors: those of connect();
  /// of kind `invalid`: `bad_key_uri`, `key_not_found`, `key_ambiguous` (two keys match),
  /// `key_unusable`.
  virtual Result<PublicKey> find_key(const std::string& uri) = 0;

  /// Signs `input` with the key, in PKCS#11 form, unverified. Errors: those of connect();
  /// those of find_key(), of kind `internal` here, since the key was good when it was pinned;
  /// `key_mismatch` (the URI now resolves to another key than the pinned one);
  /// `input_unsuitable`; `token_failed` with the token's own code.
  virtual tl::expected<Bytes, SignFailure> sign(const KeyReference& key,
                                                const SigningInput& input) = 0;

  virtual TokenStatus status() const = 0;

  /// Tries a locked or down token again with its PIN read anew; the lock is lifted by success only.
  virtual Status retry() = 0;

  /// Forgets sessions and key handles, since a signature turned out wrong: the next call logs in
  /// and looks keys up anew.
  virtual void renew() = 0;

  /// Ends what runs for the token besides; it is called no more afterwards, but for status().
  virtual void stop() {}
};

/// Remembers across restarts that a token refused its PIN, so that nothing tries it again by
/// itself and locks it. Implementations are thread-safe and durable when they return.
class PinLock {
 public:
  virtual ~PinLock() = default;
  virtual bool locked(const std::string& token_name) const = 0;
  virtual Status lock(const std::string& token_name, const std::string& reason) = 0;
  virtual Status unlock(const std::string& token_name) = 0;
  /// To be held while the token is reached, where other processes share it and this lock: two that
  /// log in at once confuse some libraries, and each would spend an attempt on a PIN that is wrong.
  /// Null where nobody else does. Errors: `token_down`, when the others do not let go.
  virtual Result<std::shared_ptr<void>> turn(const std::string& /*token_name*/) {
    return std::shared_ptr<void>();
  }
  /// Told right before a PIN goes to the token, and when the token has answered: an attempt of
  /// which nothing is ever heard, because the library hung or crashed in it, may have been counted.
  /// Nothing to do where that takes the whole process along.
  virtual void trying(const std::string& /*token_name*/) {}
  virtual void answered(const std::string& /*token_name*/) {}
};

}  // namespace countersign::hsm
