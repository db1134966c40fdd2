// What a signing policy lets named members do in an emergency: sign now, and be reviewed
// afterwards.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/result.h"

namespace countersign {

struct BreakGlass {
  std::vector<std::string> members;    ///< who may, as in a step
  std::int64_t signatures = 1;         ///< the most in one window, 1 to 1,000
  Milliseconds window{};               ///< the longest, 1 minute to 24 hours
  Milliseconds token_younger_than{};   ///< how fresh the proof must be of who asks
  std::vector<std::string> reviewers;  ///< who looks at it afterwards, as in a step
  Milliseconds review_within{};        ///< 1 hour to 30 days

  bool operator==(const BreakGlass&) const = default;
};

/// Errors: `bad_field` with the JSON pointer.
Result<BreakGlass> break_glass_from_json(const nlohmann::json& document,
                                         const std::string& pointer);
nlohmann::json to_json(const BreakGlass& break_glass);

/// Whether `after` lets somebody sign who may not with `before`, or more, or with less proof or
/// review.
bool allows_more(const BreakGlass& before, const BreakGlass& after);

}  // namespace countersign
