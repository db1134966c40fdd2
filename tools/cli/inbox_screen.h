// What waits for somebody, on one screen of a terminal, with keys to look closer and to answer.
#pragma once

#include "core/result.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/session.h"

namespace countersign {

/// Reads keys from stdin and draws on stdout, which are a terminal, until the person quits. Errors:
/// those of the first look.
Result<ExitCode> run_inbox_screen(Session& session);

}  // namespace countersign
