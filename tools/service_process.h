// What the two services have in common as processes.
#pragma once

#include <csignal>
#include <string>

#include "core/result.h"

namespace countersign {

/// Tells `error` on stderr as `program`; returns the exit code for it (sysexits.h), by which the
/// service manager knows whether to start it again.
int report_as(const std::string& program, const Error& error);

/// SIGTERM and SIGINT, blocked in this thread and all that it starts, to be waited for.
sigset_t block_stop_signals();

}  // namespace countersign
