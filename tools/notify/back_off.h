// How long to wait before something that failed is tried again.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/clock.h"

namespace countersign::notify {

inline constexpr Milliseconds first_back_off{1000};
inline constexpr Milliseconds longest_back_off = std::chrono::minutes(15);

/// The wait after `tries` (from 1) tries that failed: twice as long after each, a quarter of an
/// hour at most, of which `draw`, drawn anew each time, leaves between a half and the whole, so
/// that what failed together is not tried again together.
inline Milliseconds back_off(std::int64_t tries, std::uint64_t draw) {
  Milliseconds whole = first_back_off;
  for (std::int64_t i = 1; i < tries && whole < longest_back_off; ++i) whole *= 2;
  const auto half = std::min(whole, longest_back_off).count() / 2;
  return Milliseconds(half +
                      static_cast<std::int64_t>(draw % static_cast<std::uint64_t>(half + 1)));
}

}  // namespace countersign::notify
