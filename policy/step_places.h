// Whether there are people enough for several steps, of which each answers one.
#pragma once

#include <vector>

#include "policy/effects.h"

namespace countersign {

/// Whether each of `steps` can have as many people as it needs, nobody in two of them. A step that
/// a shared claim is named in may have as many as it needs.
bool can_fill_all(const std::vector<Consenters>& steps);

}  // namespace countersign
