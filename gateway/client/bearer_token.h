// The bearer token that names the caller: how it looks and where a client finds it.
#pragma once

#include <optional>
#include <string_view>

#include "core/secure_bytes.h"

namespace countersign {

/// Whether `text` has the form of a bearer token: `cs_` and 26 characters of lower-case base32
/// (RFC 4648 §6), 29 in all, because libp11 refuses PINs of more than 32.
bool is_bearer_token(std::string_view text) noexcept;

/// What COUNTERSIGN_TOKEN holds; nothing when it is unset, empty, or not to be believed because
/// the process runs with more rights than its user (secure_getenv(3)). A value of another form is
/// returned as it is: the services refuse it, so that a mistyped token never falls back silently
/// to whoever owns the process. Not thread-safe against changes of the environment.
std::optional<SecureBytes> bearer_token_from_environment();

}  // namespace countersign
