// The names of events, and the patterns by which a handler says which it wants.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace countersign::notify {

/// A request that waits for its approvers longer than a handler's "remind_after".
inline constexpr std::string_view waiting_name = "request.waiting";
/// A request that nobody answered in time.
inline constexpr std::string_view expired_name = "request.expired";
/// Told by `countersign handler test` alone.
inline constexpr std::string_view test_name = "handler.test";

/// Accepts the name of an event, "noun.*" for all events of a noun, and "*" for all. Names are
/// those of operations that change something and of other records of the log, and the two of time
/// above. Error: `bad_event`.
Status check_event_pattern(std::string_view pattern);

/// Whether one of `patterns` means the event `name`.
bool wants(const std::vector<std::string>& patterns, std::string_view name);

}  // namespace countersign::notify
