// Looking at a request until it is decided.
#pragma once

#include <string>

#include "core/result.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/session.h"

namespace countersign {

/// Says on stderr whenever the request has changed, and prints it when it waits no longer: ok when
/// it is active then, denied otherwise. Errors: those of the first look; a gateway that is away
/// later is waited for.
Result<ExitCode> watch_request(Session& session, const std::string& number);

}  // namespace countersign
