#include "hsm-backends/token_login.h"

#include "hsm-backends/ckr_name.h"
#include "hsm-backends/pin_source.h"

namespace countersign::hsm {
namespace {

tl::unexpected<LoginFailure> refused(const TokenConfig& config, const std::string& why,
                                     const std::string& remedy) {
  return tl::unexpected(LoginFailure{
      Error{ErrorKind::unavailable, "token_locked", "token " + config.name + ": " + why, remedy},
      true});
}

/// The failures of C_Login after which the token cannot have counted an attempt.
bool pin_untouched(CK_RV value) {
  switch (value) {
    case CKR_CRYPTOKI_NOT_INITIALIZED:
    case CKR_DEVICE_ERROR:
    case CKR_DEVICE_MEMORY:
    case CKR_DEVICE_REMOVED:
    case CKR_HOST_MEMORY:
    case CKR_OPERATION_NOT_INITIALIZED:
    case CKR_SESSION_CLOSED:
    case CKR_SESSION_HANDLE_INVALID:
    case CKR_SESSION_READ_WRITE_SO_EXISTS:
    case CKR_TOKEN_NOT_PRESENT:
    case CKR_TOKEN_NOT_RECOGNIZED:
    case CKR_USER_ANOTHER_ALREADY_LOGGED_IN:
    case CKR_USER_NOT_LOGGED_IN:
    case CKR_USER_TOO_MANY_TYPES:
      return true;
    default:
      return false;
  }
}

/// Gives the PIN to the token, unless that would be unwise; `flags` are the token's.
tl::expected<void, LoginFailure> present_pin(const Pkcs11Library& library, CK_FLAGS flags,
                                             CK_SESSION_HANDLE session, CK_USER_TYPE user,
                                             const TokenConfig& config, Attempt attempt,
                                             PinLock& lock) {
  const std::string retry = "countersign hsm retry " + config.name;
  if ((flags & CKF_USER_PIN_LOCKED) != 0)
    return refused(config, "the token has locked its PIN",
                   "unlock it with the vendor's tool, then run: " + retry);
  if ((flags & CKF_USER_PIN_FINAL_TRY) != 0 && attempt == Attempt::by_itself)
    return refused(config, "the token leaves one PIN attempt, which is not spent unasked",
                   "make sure the PIN is right, then run: " + retry);
  auto pin = read_pin(config.pin);
  if (!pin) return tl::unexpected(LoginFailure{std::move(pin.error()), false});
  // The interface takes a pointer to changeable bytes (§5.6.8) and changes none.
  auto* const bytes = reinterpret_cast<CK_UTF8CHAR*>(const_cast<char*>(pin->view().data()));
  lock.trying(config.name);
  const CK_RV value = library.call(&CK_FUNCTION_LIST::C_Login, session, user, bytes,
                                   static_cast<CK_ULONG>(pin->size()));
  lock.answered(config.name);
  if (value == CKR_OK || value == CKR_USER_ALREADY_LOGGED_IN) return {};
  if (pin_untouched(value))
    return tl::unexpected(LoginFailure{library.failure("C_Login", value).error, false});
  return refused(config, "C_Login gives " + ckr_name(value) + "; nothing more is tried",
                 "correct the PIN where gateway.json says it is, then run: " + retry);
}

}  // namespace

bool logged_in(const Pkcs11Library& library, const TokenSlot& slot, CK_SESSION_HANDLE session) {
  if ((slot.flags & CKF_LOGIN_REQUIRED) == 0) return true;
  CK_SESSION_INFO info{};
  return library.call(&CK_FUNCTION_LIST::C_GetSessionInfo, session, &info) == CKR_OK &&
         (info.state == CKS_RO_USER_FUNCTIONS || info.state == CKS_RW_USER_FUNCTIONS);
}

tl::expected<void, LoginFailure> log_in(const Pkcs11Library& library, const TokenSlot& slot,
                                        CK_SESSION_HANDLE session, const TokenConfig& config,
                                        Attempt attempt, PinLock& lock) {
  if (logged_in(library, slot, session)) return {};
  return present_pin(library, slot.flags, session, CKU_USER, config, attempt, lock);
}

tl::expected<void, LoginFailure> log_in_for_one_use(const Pkcs11Library& library,
                                                    const TokenSlot& slot,
                                                    CK_SESSION_HANDLE session,
                                                    const TokenConfig& config, PinLock& lock) {
  CK_TOKEN_INFO info{};
  const CK_RV value = library.call(&CK_FUNCTION_LIST::C_GetTokenInfo, slot.id, &info);
  if (value != CKR_OK)
    return tl::unexpected(LoginFailure{library.failure("C_GetTokenInfo", value).error, false});
  return present_pin(library, info.flags, session, CKU_CONTEXT_SPECIFIC, config, Attempt::by_itself,
                     lock);
}

bool write_down_refusal(const TokenConfig& config, PinLock& lock, Error& refusal) {
  if (lock.locked(config.name)) return true;
  const auto kept = lock.lock(config.name, refusal.message);
  if (!kept)
    refusal.message += " (and this could not be written down: " + kept.error().message + ")";
  return kept.has_value();
}

Error refused_earlier(const TokenConfig& config) {
  return {ErrorKind::unavailable, "token_locked",
          "token " + config.name + " refused its PIN earlier and is left alone",
          "correct the PIN, then run: countersign hsm retry " + config.name};
}

}  // namespace countersign::hsm
