// A time in which nothing is signed, of one signer or of the whole product.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/result.h"

namespace countersign {

struct FreezeWindow {
  Time from;
  Time until;  ///< after `from`; over then
  std::string reason;

  bool operator==(const FreezeWindow&) const = default;
  bool holds(Time time) const { return from <= time && time < until; }
};

/// Errors: `bad_field` with the JSON pointer.
Result<FreezeWindow> freeze_window_from_json(const nlohmann::json& document,
                                             const std::string& pointer);
nlohmann::json to_json(const FreezeWindow& window);

/// The window that holds at `time` and ends last; null when there is none.
const FreezeWindow* window_at(const std::vector<FreezeWindow>& windows, Time time);

/// When no window holds any more that one of them hands over to, from `time` on.
Time end_of_freeze(const std::vector<FreezeWindow>& windows, Time time);

/// Whether there is a time from `now` on that `before` freezes and `after` does not.
bool freeze_less(const std::vector<FreezeWindow>& before, const std::vector<FreezeWindow>& after,
                 Time now);

}  // namespace countersign
