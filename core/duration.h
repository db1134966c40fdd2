// Durations as people write them: "90s", "15m", "8h", "7d".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"

namespace countersign {

/// One positive whole number with one unit (s, m, h, d), at most ten years; nothing otherwise.
std::optional<Milliseconds> parse_duration(std::string_view text);

/// The same writing, in the largest unit that divides it; parse_duration reads it back.
std::string to_text(Milliseconds duration);

}  // namespace countersign
