// Time as the whole project counts it: milliseconds of UTC since 1970.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace countersign {

using Milliseconds = std::chrono::milliseconds;
using Time = std::chrono::sys_time<Milliseconds>;

inline std::int64_t to_unix_ms(Time time) {
  return time.time_since_epoch().count();
}
inline Time from_unix_ms(std::int64_t ms) {
  return Time(Milliseconds(ms));
}

/// Where "now" comes from; tests set their own. Implementations are thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
};

/// The system's wall clock.
class SystemClock final : public Clock {
 public:
  Time now() const override {
    return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
  }
};

/// RFC 3339 in UTC with seconds, e.g. "2026-11-22T10:00:00Z".
std::string to_rfc3339(Time time);

}  // namespace countersign
