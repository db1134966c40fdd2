// The ceilings of a signing policy: the most that one approval may be asked for.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "core/clock.h"
#include "core/result.h"

namespace countersign {

struct Ceilings {
  std::int64_t signatures = 1;  ///< 1 to 1,000,000
  Milliseconds window{};        ///< 1 minute to 30 days, counted from the approval
  Milliseconds pending{};       ///< how long a request waits for its approval, likewise
  /// Requests of one caller that may be active at once, 1 to 1,000; missing: as many as he likes.
  std::optional<std::int64_t> active_requests = {};

  bool operator==(const Ceilings&) const = default;
};

/// Errors: `bad_field` with the JSON pointer.
Result<Ceilings> ceilings_from_json(const nlohmann::json& document, const std::string& pointer);
nlohmann::json to_json(const Ceilings& ceilings);

/// Whether some ceiling of `after` is higher.
bool are_higher(const Ceilings& before, const Ceilings& after);

}  // namespace countersign
