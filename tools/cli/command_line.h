// The command line as a whole: reads it, runs the verb, and exits with a documented code.
#pragma once

#include <iosfwd>

#include "tools/cli/exit_code.h"

namespace countersign {

/// Parses `argv`, runs one verb of all_verbs(). Answers go to `out`; errors, one line each, and
/// notes to `err`.
ExitCode run_command_line(int argc, const char* const* argv, std::ostream& out, std::ostream& err);

}  // namespace countersign
