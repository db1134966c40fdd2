// Under which conditions a signing policy lets a signature be made, whoever has approved it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json_reader.h"
#include "policy/model/freeze_window.h"
#include "policy/model/opening_hours.h"
#include "policy/model/rate.h"

namespace countersign {

/// The network of who calls from this machine: the only one that the gateway attests.
inline constexpr std::string_view local_network = "local";

struct Conditions {
  std::optional<std::vector<std::string>> networks = {};  ///< of callers; missing: any
  std::optional<OpeningHours> hours = {};                 ///< missing: always
  std::vector<FreezeWindow> freeze_windows = {};
  std::vector<Rate> rates = {};  ///< all of which hold at once

  bool operator==(const Conditions&) const = default;
};

/// Reads the fields "networks", "hours", "freeze_windows" and "rates" of the policy at `pointer`.
/// Errors: `bad_field` with the JSON pointer; a network that callers cannot come from is one.
Result<Conditions> read_conditions(JsonReader& in, const std::string& pointer);
void write_conditions(const Conditions& conditions, nlohmann::json& document);

/// Whether `after` lets sign at some time from `now` on when `before` does not.
bool ask_less(const Conditions& before, const Conditions& after, Time now);

}  // namespace countersign
