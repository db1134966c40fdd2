// Places where tests kill the process for real, compiled out of release builds.
#pragma once

#ifdef COUNTERSIGN_FAULT_POINTS
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string_view>
#include <thread>
#endif

namespace countersign {

/// Kills the process with SIGKILL when the environment's COUNTERSIGN_FAULT is `name`, after
/// `delay_ms` in which other threads go on.
inline void fault_point([[maybe_unused]] const char* name, [[maybe_unused]] int delay_ms = 0) {
#ifdef COUNTERSIGN_FAULT_POINTS
  const char* const wanted = secure_getenv("COUNTERSIGN_FAULT");
  if (wanted == nullptr || std::string_view(wanted) != name) return;
  std::this_thread::sleep_for(std::chrono::milliseconds(delay_ms));
  std::raise(SIGKILL);
#endif
}

}  // namespace countersign
