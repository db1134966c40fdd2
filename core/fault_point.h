// Places where tests kill the process for real, compiled out of release builds.
#pragma once

#ifdef COUNTERSIGN_FAULT_POINTS
#include <csignal>
#include <cstdlib>
#include <string_view>
#endif

namespace countersign {

/// Kills the process with SIGKILL when the environment's COUNTERSIGN_FAULT is `name`.
inline void fault_point([[maybe_unused]] const char* name) {
#ifdef COUNTERSIGN_FAULT_POINTS
  const char* const wanted = std::getenv("COUNTERSIGN_FAULT");
  if (wanted != nullptr && std::string_view(wanted) == name) std::raise(SIGKILL);
#endif
}

}  // namespace countersign
