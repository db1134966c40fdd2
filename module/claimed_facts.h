// What the calling process says about itself. The gateway records it as claimed and decides
// nothing by it.
#pragma once

#include <vector>

#include "gateway/client/signing_service.h"

namespace countersign::module {

/// Executable, process id, host name and working folder of this process as they are now; each
/// within the bounds of gateway/client/wire.h. Never the command line: it may hold secrets.
std::vector<ClaimedFact> claimed_facts();

}  // namespace countersign::module
