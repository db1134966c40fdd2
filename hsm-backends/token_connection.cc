#include "hsm-backends/token_connection.h"

#include "core/encoding.h"
#include "core/text.h"
#include "hsm-backends/ckr_name.h"
#include "hsm-backends/sign_mechanism.h"

namespace countersign::hsm {
namespace {

/// So many URIs are remembered; a gateway has far fewer signers on one token.
constexpr std::size_t most_known_keys = 4096;

tl::unexpected<SignCallFailure> not_signed(CallFailure failure) {
  return tl::unexpected(SignCallFailure{std::move(failure), true});
}

tl::unexpected<SignCallFailure> may_have_signed(CallFailure failure) {
  failure.error.code = "token_failed";
  return tl::unexpected(SignCallFailure{std::move(failure), false});
}

CallFailure mismatch(const KeyReference& key, const PublicKey& found) {
  return {Error{ErrorKind::internal, "key_mismatch",
                "the key URI " + printable(key.uri) +
                    " now resolves to another key than the pinned one: fingerprint " +
                    to_hex(found.fingerprint()) + " instead of " + to_hex(key.pinned.fingerprint()),
                "find out who changed the token; a new key needs a new signer"},
          CKR_OK};
}

}  // namespace

tl::expected<std::shared_ptr<TokenConnection>, LoginFailure> TokenConnection::open(
    const TokenConfig& config, Attempt attempt, PinLock& lock) {
  auto library = Pkcs11Library::open(config);
  if (!library) return tl::unexpected(LoginFailure{std::move(library.error()), false});
  auto slot = find_slot(**library, config);
  if (!slot) return tl::unexpected(LoginFailure{std::move(slot.error()), false});
  auto sessions = SessionPool::open(*library, slot->id, config.sessions);
  if (!sessions) return tl::unexpected(LoginFailure{std::move(sessions.error().error), false});
  auto login = log_in(**library, *slot, (*sessions)->anchor(), config, attempt, lock);
  if (!login) return tl::unexpected(std::move(login.error()));
  return std::shared_ptr<TokenConnection>(new TokenConnection(*std::move(library), *std::move(slot),
                                                              *std::move(sessions), config, lock));
}

TokenConnection::TokenConnection(std::shared_ptr<const Pkcs11Library> library, TokenSlot slot,
                                 std::unique_ptr<SessionPool> sessions, TokenConfig config,
                                 PinLock& lock)
    : library_(std::move(library)),
      slot_(std::move(slot)),
      sessions_(std::move(sessions)),
      config_(std::move(config)),
      lock_(lock) {}

CallResult<PrivateKey> TokenConnection::find_key(const KeyUri& uri) {
  auto session = sessions_->acquire();
  if (!session) return tl::unexpected(std::move(session.error()));
  return search(*session, uri);
}

CallResult<PrivateKey> TokenConnection::search(SessionPool::Lease& session, const KeyUri& uri) {
  if (!on_token(uri, slot_))
    return tl::unexpected(CallFailure{
        Error{ErrorKind::invalid, "key_not_found",
              "the key URI describes another token than \"" + printable(slot_.label) +
                  "\" with serial number " + printable(slot_.serial),
              "correct token, serial, manufacturer or model in the key URI, or leave them out"},
        CKR_OK});
  auto key = find_private_key(*library_, session.handle(), uri);
  if (key) return key;
  // Logged out behind our back, a token hides its private keys instead of saying so.
  if (key.error().error.code == "key_not_found" && !logged_in(*library_, slot_, session.handle()))
    key = tl::unexpected(library_->failure("C_FindObjects", CKR_USER_NOT_LOGGED_IN));
  if (key.error().value != CKR_OK) session.discard(key.error().value);
  return key;
}

CallResult<PrivateKey> TokenConnection::pinned_key(SessionPool::Lease& session,
                                                   const KeyReference& key) {
  {
    const std::lock_guard guard(mutex_);
    const auto known = known_.find(key.uri);
    if (known != known_.end() && known->second.public_key == key.pinned) return known->second;
  }
  const auto uri = parse_key_uri(key.uri);
  if (!uri) return tl::unexpected(CallFailure{uri.error(), CKR_OK});
  auto found = search(session, *uri);
  if (!found) return tl::unexpected(found.error());
  if (found->public_key != key.pinned) return tl::unexpected(mismatch(key, found->public_key));
  const std::lock_guard guard(mutex_);
  if (known_.size() >= most_known_keys) known_.clear();
  known_.insert_or_assign(key.uri, *found);
  return found;
}

/// A session in which this fails is closed, and the operation that was begun in it with it.
tl::expected<void, SignCallFailure> TokenConnection::authenticate(SessionPool::Lease& session) {
  const std::lock_guard guard(authenticating_);
  auto login = give_pin_again(session);
  if (login) return {};
  session.discard(CKR_OK);
  return tl::unexpected(
      SignCallFailure{{std::move(login.error().error), CKR_OK}, true, login.error().pin_refused});
}

/// Keeps the turn until a refusal is written down, so that no other process that shares the token
/// spends an attempt on the same PIN.
tl::expected<void, LoginFailure> TokenConnection::give_pin_again(SessionPool::Lease& session) {
  if (refused_) return tl::unexpected(LoginFailure{*refused_, true});
  const auto turn = lock_.turn(config_.name);
  if (!turn) return tl::unexpected(LoginFailure{turn.error(), false});
  if (*turn && lock_.locked(config_.name)) {
    refused_ = refused_earlier(config_);
    return tl::unexpected(LoginFailure{*refused_, true});
  }
  auto login = log_in_for_one_use(*library_, slot_, session.handle(), config_, lock_);
  if (login) return {};
  Error& error = login.error().error;
  if (login.error().pin_refused) {
    write_down_refusal(config_, lock_, error);
    refused_ = error;
  } else {
    error.kind = ErrorKind::unavailable;
    error.code = "token_down";
  }
  return login;
}

tl::expected<Bytes, SignCallFailure> TokenConnection::sign(const KeyReference& key,
                                                           const SigningInput& input) {
  auto session = sessions_->acquire();
  if (!session) return not_signed(std::move(session.error()));
  const auto found = pinned_key(*session, key);
  if (!found) return not_signed(found.error());
  SignMechanism mechanism(input, key.pinned.type());
  CK_RV value = library_->call(&CK_FUNCTION_LIST::C_SignInit, session->handle(),
                               mechanism.mechanism(), found->handle);
  if (value != CKR_OK) {
    session->discard(value);
    return not_signed(library_->failure("C_SignInit", value));
  }
  if (found->always_authenticate)
    if (auto login = authenticate(*session); !login)
      return tl::unexpected(std::move(login.error()));
  Bytes& data = mechanism.data();
  Bytes signature(key.pinned.signature_size());
  CK_ULONG length = signature.size();
  value = library_->call(&CK_FUNCTION_LIST::C_Sign, session->handle(), data.data(),
                         static_cast<CK_ULONG>(data.size()), signature.data(), &length);
  if (value != CKR_OK) {
    session->discard(value);
    return may_have_signed(library_->failure("C_Sign", value));
  }
  if (length != signature.size())
    return may_have_signed(
        {Error{ErrorKind::internal, "token_failed",
               "PKCS#11 library " + library_->path() + ": C_Sign gives a signature of " +
                   std::to_string(length) + " bytes instead of " + std::to_string(signature.size()),
               "see the log of the token"},
         CKR_OK});
  return signature;
}

}  // namespace countersign::hsm
