// The answer of a verb whose change waits for consent instead of being made.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/result.h"
#include "tools/cli/session.h"

namespace countersign {

/// Whether the answer is such a change.
bool is_waiting(const nlohmann::json& answer);

/// Prints the change, and on stderr what has to happen next.
Result<ExitCode> print_waiting(const nlohmann::json& answer, Session& session);

/// The lines of one change.
std::string change_text(const nlohmann::json& change);

}  // namespace countersign
