// One login to a token, with everything that lasts as long as it does.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "hsm-backends/key_uri.h"
#include "hsm-backends/pkcs11_library.h"
#include "hsm-backends/private_key.h"
#include "hsm-backends/session_pool.h"
#include "hsm-backends/token.h"
#include "hsm-backends/token_login.h"
#include "hsm-backends/token_slot.h"

namespace countersign::hsm {

/// A failed signature, seen from one connection.
struct SignCallFailure {
  CallFailure call;
  bool surely_not_signed = false;
  bool pin_refused = false;  ///< as in LoginFailure
};

/// Library, slot, sessions and key handles that hold together and go together: after a new login
/// there is a new object. Closes its sessions when it goes. Thread-safe.
class TokenConnection {
 public:
  /// Opens the library, finds the token and logs in. Errors: those of Pkcs11Library::open(),
  /// find_slot() and log_in().
  static tl::expected<std::shared_ptr<TokenConnection>, LoginFailure> open(
      const TokenConfig& config, Attempt attempt, PinLock& lock);

  const TokenSlot& slot() const { return slot_; }

  /// Looks the key up on the token, past what is remembered. Errors: those of find_private_key();
  /// `key_not_found` also when `uri` describes another token.
  CallResult<PrivateKey> find_key(const KeyUri& uri);

  /// Signs `input`, which suits `key.pinned`, with the key that `key.uri` names: once its public
  /// key is known to be the pinned one (PKCS#11 v3.0 §5.13.1 C_SignInit, §5.13.2 C_Sign). A key
  /// that asks for the PIN each time gets it in between, one at a time, and no more once it was
  /// refused.
  tl::expected<Bytes, SignCallFailure> sign(const KeyReference& key, const SigningInput& input);

 private:
  TokenConnection(std::shared_ptr<const Pkcs11Library> library, TokenSlot slot,
                  std::unique_ptr<SessionPool> sessions, TokenConfig config, PinLock& lock);
  CallResult<PrivateKey> search(SessionPool::Lease& session, const KeyUri& uri);
  CallResult<PrivateKey> pinned_key(SessionPool::Lease& session, const KeyReference& key);
  tl::expected<void, SignCallFailure> authenticate(SessionPool::Lease& session);
  tl::expected<void, LoginFailure> give_pin_again(SessionPool::Lease& session);

  const std::shared_ptr<const Pkcs11Library> library_;
  const TokenSlot slot_;
  const std::unique_ptr<SessionPool> sessions_;
  const TokenConfig config_;
  PinLock& lock_;
  std::mutex authenticating_;                ///< guards refused_; held while the PIN is given
  std::optional<Error> refused_;             ///< by a login for one signature
  std::mutex mutex_;                         ///< guards known_
  std::map<std::string, PrivateKey> known_;  ///< by URI; dies with the login, as handles do
};

}  // namespace countersign::hsm
