// Logs in to a token without ever costing it more than one PIN attempt.
#pragma once

#include <p11-kit/pkcs11.h>

#include "core/result.h"
#include "hsm-backends/pkcs11_library.h"
#include "hsm-backends/token.h"
#include "hsm-backends/token_slot.h"

namespace countersign::hsm {

/// Who wants to log in: the gateway by itself, or a person who has looked into it.
enum class Attempt { by_itself, asked_for };

struct LoginFailure {
  Error error;
  bool pin_refused = false;  ///< another attempt may cost the token its PIN: wait for a person
};

/// Logs the user in (PKCS#11 v3.0 §5.6.8 C_Login) through `session`, unless the token needs no
/// login or the process is logged in already. Reads the PIN from `config.pin` just before, and
/// tells `lock` that it is tried.
///
/// Never tries a PIN the token has locked, and its last attempt only when `asked_for`. Every
/// failure of C_Login counts as a refused PIN except those which say that the token or the session
/// was not there to look at it.
/// Errors: `token_locked` (pin_refused), `token_down`, those of read_pin().
tl::expected<void, LoginFailure> log_in(const Pkcs11Library& library, const TokenSlot& slot,
                                        CK_SESSION_HANDLE session, const TokenConfig& config,
                                        Attempt attempt, PinLock& lock);

/// Logs in for the one signature that C_SignInit has begun in `session`, with the PIN read anew
/// (§5.6.8, CKU_CONTEXT_SPECIFIC): for keys with CKA_ALWAYS_AUTHENTICATE. The PIN is treated as by
/// log_in() `by_itself`; errors as there.
tl::expected<void, LoginFailure> log_in_for_one_use(const Pkcs11Library& library,
                                                    const TokenSlot& slot,
                                                    CK_SESSION_HANDLE session,
                                                    const TokenConfig& config, PinLock& lock);

/// Notes in `lock` that the token refused its PIN, unless that is noted already; false when it
/// could not be, which `refusal` then says.
bool write_down_refusal(const TokenConfig& config, PinLock& lock, Error& refusal);

/// For a token that refused its PIN before this process asked: `token_locked`.
Error refused_earlier(const TokenConfig& config);

/// Whether `session` sees the user's private objects (§3.3 CK_STATE), or needs no login to.
bool logged_in(const Pkcs11Library& library, const TokenSlot& slot, CK_SESSION_HANDLE session);

}  // namespace countersign::hsm
