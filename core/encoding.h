// Hex, base64 and base32, strictly: what decodes was written in the one canonical way.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/bytes.h"

namespace countersign {

/// Lower-case hexadecimal.
std::string to_hex(ByteView bytes);
/// Nothing when `text` has an odd length or a character outside 0-9 a-f A-F.
std::optional<Bytes> from_hex(std::string_view text);

/// RFC 4648 §4, with padding, on one line.
std::string to_base64(ByteView bytes);
/// Nothing when `text` is not exactly what to_base64 writes.
std::optional<Bytes> from_base64(std::string_view text);

/// RFC 4648 §6 in lower case, without padding.
std::string to_base32(ByteView bytes);

}  // namespace countersign
