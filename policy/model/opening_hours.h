// The hours of the week in which a signing policy lets signatures be made.
#pragma once

#include <array>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/result.h"

namespace countersign {

/// From one minute of these days to another, as the clocks of the zone show it.
struct OpenSpan {
  std::array<bool, 7> days{};  ///< Monday first
  std::chrono::minutes from{};
  std::chrono::minutes until{};  ///< after `from`, at most 24:00; no longer open then

  bool operator==(const OpenSpan&) const = default;
};

/// Time zones are those of this machine (tzdata). What a zone that is not there any more says is
/// not known, and so nothing is open. Thread-safe.
struct OpeningHours {
  std::string zone;  ///< "Europe/Berlin", "UTC"
  std::vector<OpenSpan> open;

  bool operator==(const OpeningHours&) const = default;
  bool is_open(Time time) const;
  /// When it is open again, for a `time` when it is not; nothing when that is more than eight days
  /// away or the zone is not known.
  std::optional<Time> next_open(Time time) const;
};

/// Whether this machine knows the time zone.
bool is_time_zone(const std::string& name);

/// Does not ask whether the zone is known here. Errors: `bad_field` with the JSON pointer.
Result<OpeningHours> opening_hours_from_json(const nlohmann::json& document,
                                             const std::string& pointer);
nlohmann::json to_json(const OpeningHours& hours);

/// Whether `after` may be open when `before` is not: surely not only where the zone is the same.
bool open_more(const OpeningHours& before, const OpeningHours& after);

}  // namespace countersign
