// The `pkcs11:` URI that names a key (RFC 7512), read strictly.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/bytes.h"
#include "core/result.h"
#include "hsm-backends/token_config.h"

namespace countersign::hsm {

/// What of a URI is used: which token, and which private key on it. Immutable value.
struct KeyUri {
  std::optional<std::string> token;         ///< token label
  std::optional<std::string> serial;        ///< of the token
  std::optional<std::string> manufacturer;  ///< of the token
  std::optional<std::string> model;         ///< of the token
  std::optional<std::string> object;        ///< CKA_LABEL of the key
  std::optional<Bytes> id;                  ///< CKA_ID of the key

  bool operator==(const KeyUri&) const = default;
};

/// Reads a URI of at most 1 KiB with `object` or `id` or both. Attributes that would name code, a
/// slot or a secret (`module-*`, `slot-*`, `pin-*`), unknown and repeated ones, empty values, and a
/// `type` other than `private` are refused: what the store says never chooses what is loaded.
/// Errors: `bad_key_uri`, which names the attribute, never its value.
Result<KeyUri> parse_key_uri(std::string_view text);

/// Whether `uri` can mean a key on the token of `config`: its token label, and its serial number
/// when both name one, are those of the config. A URI without either means any token.
bool names_token(const KeyUri& uri, const TokenConfig& config);

}  // namespace countersign::hsm
