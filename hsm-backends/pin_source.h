// Where a token's PIN comes from.
#pragma once

#include "core/clock.h"
#include "core/result.h"
#include "core/secure_bytes.h"
#include "hsm-backends/token_config.h"

namespace countersign::hsm {

/// How long a PIN command may take.
inline constexpr Milliseconds pin_command_patience = std::chrono::seconds(10);

/// Reads the PIN: a secret file (core/trusted_file.h), a systemd credential
/// ($CREDENTIALS_DIRECTORY, systemd.exec(5)) or the first line a program writes. It is read anew at
/// each login and kept nowhere. Blocks at most `patience`. Thread-safe. No error holds any of it.
/// Errors: those of read_secret_file(), read_trusted_file() and run_pin_command();
/// `pin_unreadable` when the credential cannot be found, or the PIN is empty or has a control
/// character in it: a PIN that must be wrong is not tried on the token.
Result<SecureBytes> read_pin(const PinSource& source, Milliseconds patience = pin_command_patience);

}  // namespace countersign::hsm
