// Where verbs that look at the gateway's own configuration find it.
#pragma once

#include <string>

#include "tools/cli/verb.h"

namespace countersign {

/// The value of --config, made absolute; else of COUNTERSIGN_GATEWAY_CONFIG (secure_getenv(3));
/// else the default path.
std::string gateway_config_path(const Arguments& arguments);

}  // namespace countersign
