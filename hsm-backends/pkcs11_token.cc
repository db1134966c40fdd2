#include "hsm-backends/pkcs11_token.h"

#include "hsm-backends/key_uri.h"
#include "hsm-backends/token_connection.h"

namespace countersign::hsm {
namespace {

/// How long a token that could not be reached is left alone.
constexpr std::chrono::seconds pause(3);

/// Codes after which a new connection may serve: the old one, or what it knew, is gone.
bool connection_lost(CK_RV value) {
  switch (value) {
    case CKR_CRYPTOKI_NOT_INITIALIZED:
    case CKR_DEVICE_ERROR:
    case CKR_DEVICE_REMOVED:
    case CKR_KEY_HANDLE_INVALID:
    case CKR_OBJECT_HANDLE_INVALID:
    case CKR_SESSION_CLOSED:
    case CKR_SESSION_HANDLE_INVALID:
    case CKR_SLOT_ID_INVALID:
    case CKR_TOKEN_NOT_PRESENT:
    case CKR_TOKEN_NOT_RECOGNIZED:
    case CKR_USER_NOT_LOGGED_IN:
      return true;
    default:
      return false;
  }
}

tl::unexpected<SignFailure> not_signed(Error error) {
  return tl::unexpected(SignFailure{std::move(error), true});
}

/// What was the caller's mistake when a key was looked up is the installation's once it is pinned.
Error of_pinned_key(Error error) {
  if (error.kind == ErrorKind::invalid) error.kind = ErrorKind::internal;
  return error;
}

}  // namespace

Pkcs11Token::Pkcs11Token(TokenConfig config, PinLock& lock)
    : config_(std::move(config)), lock_(lock) {
  status_.name = config_.name;
  status_.library = config_.library;
  status_.message = "not reached yet";
}

Pkcs11Token::~Pkcs11Token() = default;

Status Pkcs11Token::connect() {
  const auto connected = connection();
  if (!connected) return fail(connected.error());
  return {};
}

Result<PublicKey> Pkcs11Token::find_key(const std::string& uri) {
  const auto parsed = parse_key_uri(uri);
  if (!parsed) return fail(parsed.error());
  for (bool again = false;; again = true) {
    const auto connected = connection();
    if (!connected) return fail(connected.error());
    auto key = (*connected)->find_key(*parsed);
    if (key) return std::move(key->public_key);
    if (connection_lost(key.error().value)) drop(*connected);
    if (again || !connection_lost(key.error().value)) return fail(std::move(key.error().error));
  }
}

tl::expected<Bytes, SignFailure> Pkcs11Token::sign(const KeyReference& key,
                                                   const SigningInput& input) {
  if (const auto why = unsuitable(input, key.pinned.type(), key.pinned.bits()))
    return not_signed(Error{ErrorKind::invalid, "input_unsuitable", *why, ""});
  for (bool again = false;; again = true) {
    const auto connected = connection();
    if (!connected) return not_signed(connected.error());
    auto signature = (*connected)->sign(key, input);
    if (signature) return *std::move(signature);
    SignCallFailure& failure = signature.error();
    if (failure.pin_refused) return not_signed(refused(*connected, std::move(failure.call.error)));
    const bool lost = connection_lost(failure.call.value);
    if (lost) drop(*connected);
    if (lost && failure.surely_not_signed && !again) continue;
    Error error = of_pinned_key(std::move(failure.call.error));
    error.message = "token " + config_.name + ": " + error.message;
    return tl::unexpected(SignFailure{std::move(error), failure.surely_not_signed});
  }
}

TokenStatus Pkcs11Token::status() const {
  const std::lock_guard guard(showing_);
  return status_;
}

Status Pkcs11Token::retry() {
  const std::lock_guard guard(connecting_);
  if (connection_ && !locked_) return {};
  const auto turn = lock_.turn(config_.name);
  if (!turn) return fail(failed({turn.error(), false}));
  const auto connected = connect_now(Attempt::asked_for);
  if (!connected) return fail(connected.error());
  return {};
}

void Pkcs11Token::renew() {
  const std::lock_guard guard(connecting_);
  connection_.reset();
  show(TokenState::down, "a signature was wrong; the next call connects anew");
}

Result<Pkcs11Token::Connection> Pkcs11Token::connection() {
  const std::lock_guard guard(connecting_);
  if (connection_) return connection_;
  if (last_failure_ && std::chrono::steady_clock::now() < next_attempt_)
    return fail(*last_failure_);
  if (locked_ && still_locked()) return fail(*last_failure_);
  const auto turn = lock_.turn(config_.name);
  if (!turn) return fail(failed({turn.error(), false}));
  if (lock_.locked(config_.name)) return fail(failed({refused_earlier(config_), true}));
  return connect_now(Attempt::by_itself);
}

/// Somebody may have had the PIN tried again through another process.
bool Pkcs11Token::still_locked() {
  next_attempt_ = std::chrono::steady_clock::now() + pause;
  locked_ = !written_down_ || lock_.locked(config_.name);
  return locked_;
}

Result<Pkcs11Token::Connection> Pkcs11Token::connect_now(Attempt attempt) {
  auto opened = TokenConnection::open(config_, attempt, lock_);
  if (!opened) return fail(failed(std::move(opened.error())));
  if (lock_.locked(config_.name))
    if (auto unlocked = lock_.unlock(config_.name); !unlocked)
      return fail(failed({std::move(unlocked.error()), locked_}));
  connection_ = *std::move(opened);
  locked_ = false;
  last_failure_.reset();
  const std::lock_guard guard(showing_);
  status_.label = connection_->slot().label;
  status_.serial = connection_->slot().serial;
  status_.state = TokenState::ready;
  status_.message.clear();
  return connection_;
}

/// Notes why there is no connection. A refused PIN is written down before anybody hears of it.
Error Pkcs11Token::failed(LoginFailure failure) {
  Error& error = failure.error;
  if (failure.pin_refused) {
    locked_ = true;
    written_down_ = write_down_refusal(config_, lock_, error);
  } else {
    error.kind = ErrorKind::unavailable;
    if (error.code != "token_ambiguous") error.code = "token_down";
    error.message = "token " + config_.name + ": " + error.message;
    if (locked_) return error;  // a retry() failed by the way: what locked it still stands
  }
  next_attempt_ = std::chrono::steady_clock::now() + pause;
  last_failure_ = error;
  show(locked_ ? TokenState::locked : TokenState::down, error.text());
  return error;
}

/// Locks a token that refused its PIN while it was connected.
Error Pkcs11Token::refused(const Connection& connection, Error error) {
  const std::lock_guard guard(connecting_);
  if (connection_ == connection) connection_.reset();
  return failed({std::move(error), true});
}

/// Forgets a connection found lost, unless another thread has made a new one already.
void Pkcs11Token::drop(const Connection& lost) {
  const std::lock_guard guard(connecting_);
  if (connection_ != lost) return;
  connection_.reset();
  show(TokenState::down, "the connection was lost");
}

void Pkcs11Token::show(TokenState state, const std::string& message) {
  const std::lock_guard guard(showing_);
  status_.state = state;
  status_.message = message;
}

}  // namespace countersign::hsm
