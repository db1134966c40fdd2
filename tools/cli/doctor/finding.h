// What `countersign doctor` says of one thing it looked at.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/result.h"

namespace countersign::doctor {

enum class State {
  ok,
  warning,  ///< works today
  failed,
  not_seen  ///< this caller cannot look at it
};

struct Finding {
  State state = State::ok;
  std::string check;  ///< what was looked at, e.g. "clock"
  std::string text;   ///< what was found
  std::string mend;   ///< the command that mends it, or what to do; empty when all is well
};

using Findings = std::vector<Finding>;

Finding fine(std::string check, std::string text);
Finding warning(std::string check, std::string text, std::string mend);
Finding failed(std::string check, std::string text, std::string mend);
/// The error's message and remedy; `mend` where it has none.
Finding failed(std::string check, const Error& error, const std::string& mend = {});
Finding not_seen(std::string check, std::string text, std::string mend);

/// Whether any of them failed.
bool any_failed(const Findings& findings);

/// {"checks": [{"state", "check", "finding", "mend"}], "failed": n, "warnings": n}
nlohmann::json to_json(const Findings& findings);
/// The reverse, of what to_json() made.
Findings findings_from_json(const nlohmann::json& answer);

}  // namespace countersign::doctor
