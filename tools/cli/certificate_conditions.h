// The conditions of a search for certificates, as options.
#pragma once

#include <vector>

#include "tools/cli/verb.h"

namespace countersign {

/// `parameters`, and the options of a search.
std::vector<Parameter> with_conditions(std::vector<Parameter> parameters);

}  // namespace countersign
