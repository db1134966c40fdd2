// A token behind a PKCS#11 library of its vendor.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>

#include "hsm-backends/token.h"
#include "hsm-backends/token_config.h"

namespace countersign::hsm {

class TokenConnection;
struct LoginFailure;
enum class Attempt;

/// Connects when first needed. When the connection turns out lost before anything was signed
/// (sessions closed, logged out, handles changed, token back after an absence) it is made anew and
/// the call tried once more. A token that cannot be reached is not asked again for some seconds;
/// one that refused its PIN not before retry(), whatever happens to this process (PinLock).
class Pkcs11Token final : public Token {
 public:
  /// `lock` outlives the token. Contacts nothing yet.
  Pkcs11Token(TokenConfig config, PinLock& lock);
  ~Pkcs11Token() override;

  Status connect() override;
  Result<PublicKey> find_key(const std::string& uri) override;
  tl::expected<Bytes, SignFailure> sign(const KeyReference& key,
                                        const SigningInput& input) override;
  TokenStatus status() const override;
  Status retry() override;
  void renew() override;

 private:
  using Connection = std::shared_ptr<TokenConnection>;

  Result<Connection> connection();
  bool still_locked();
  Result<Connection> connect_now(Attempt attempt);
  void drop(const Connection& lost);
  Error failed(LoginFailure failure);
  Error refused(const Connection& connection, Error error);
  void show(TokenState state, const std::string& message);

  const TokenConfig config_;
  PinLock& lock_;

  std::mutex connecting_;  ///< guards the next five; held while connecting: one login at a time
  Connection connection_;
  bool locked_ = false;
  bool written_down_ = false;  ///< where others can unlock it
  std::optional<Error> last_failure_;
  std::chrono::steady_clock::time_point next_attempt_{};

  mutable std::mutex showing_;  ///< guards status_; never held during a call to the token
  TokenStatus status_;
};

}  // namespace countersign::hsm
