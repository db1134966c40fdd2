// Which signatures were refused a moment ago: tools that fail try the same again at once, and the
// user shall not read the same reason twice.
#pragma once

#include <chrono>
#include <deque>
#include <mutex>
#include <string>

#include "core/bytes.h"
#include "module/pkcs11.h"

namespace countersign::module {

/// One signature as its caller sees it.
struct Wish {
  CK_SLOT_ID slot;
  CK_MECHANISM_TYPE mechanism;
  Bytes digest;
  std::string reason;  ///< code of the refusal: another reason is worth another line

  bool operator==(const Wish&) const = default;
};

/// Remembers the last few refused wishes. Thread-safe.
class DenialMemory {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::seconds span{5};
  static constexpr std::size_t capacity = 32;

  /// Notes that `wish` was refused at `now`. Returns whether that is news: not the same wish again
  /// within `span` of the refusal that was news last.
  bool note(Wish wish, Clock::time_point now);

  /// Whether that was refused within `span` of `now`, for whatever reason.
  bool knows(CK_SLOT_ID slot, CK_MECHANISM_TYPE mechanism, const Bytes& digest,
             Clock::time_point now);

 private:
  struct Denial {
    Wish wish;
    Clock::time_point time;
  };

  std::mutex mutex_;
  std::deque<Denial> denials_;  ///< the oldest first
};

}  // namespace countersign::module
