// Names and free text: what is accepted, and how it is shown.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace countersign {

/// Longest name of a signer, which is also a PKCS#11 token label (32 bytes).
inline constexpr std::size_t longest_name = 32;
/// Longest free text (a reason, a comment), in bytes.
inline constexpr std::size_t longest_text = 1000;

/// Accepts 1 to 32 of A-Z a-z 0-9 . _ - that begin with a letter and do not end with a dot.
/// `what` names the thing in the error, e.g. "signer name".
Status check_name(std::string_view what, std::string_view name);

/// Accepts valid UTF-8 of 1 to `longest_text` bytes without control or bidirectional-override
/// characters.
Status check_text(std::string_view what, std::string_view text);

/// The whole number that `text` is, all of it, in decimal; nothing otherwise.
std::optional<std::int64_t> whole_number(std::string_view text);

/// `name` in lower case: names are unique without regard to case (ASCII only).
std::string fold_case(std::string_view name);

/// All of `items` with a comma and a space between two.
std::string joined(const std::vector<std::string>& items);

/// `text` safe for a terminal and one line: control, bidi and invalid bytes become \x.. or \u....
std::string printable(std::string_view text);

}  // namespace countersign
