// What the calling process says about itself. The gateway records it as claimed and decides
// nothing by it.
#pragma once

#include <vector>

#include "gateway/client/signing_service.h"

namespace countersign {

/// Executable, process id, host name and working folder of this process as they are now, and what
/// the build service told it of commit, branch, repository, pipeline and job; each within the
/// bounds of gateway/client/wire.h. The command line only `with_command_line`: it may hold secrets.
/// Thread-safe.
std::vector<ClaimedFact> claimed_facts(bool with_command_line);

}  // namespace countersign
