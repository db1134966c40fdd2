// Reading a time as to_rfc3339() writes it.
#pragma once

#include <optional>
#include <string_view>

#include "core/clock.h"

namespace countersign {

/// Just "2026-11-22T10:00:00Z", of the years 1970 to 9999; nothing for anything else.
std::optional<Time> parse_rfc3339(std::string_view text);

}  // namespace countersign
