// Slows down whoever presents wrong bearer tokens or enrolment codes.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>

#include "core/clock.h"

namespace countersign::server {

/// Each wrong token of a user (as the kernel names him) makes him wait longer for the answer to it,
/// until he stops for a while. Right tokens are never held up, neither his nor anybody's, so nobody
/// is locked out by another's guesses. Thread-safe.
class WrongTokens {
 public:
  using Clock = std::chrono::steady_clock;

  static constexpr Milliseconds first_wait{100};
  static constexpr Milliseconds longest_wait{5'000};
  static constexpr std::chrono::seconds memory{60};

  /// Notes a wrong token of `user` at `now`; how long its answer is to be held back.
  Milliseconds note(std::uint32_t user, Clock::time_point now);

 private:
  struct Record {
    Milliseconds wait{0};
    Clock::time_point last;
  };

  std::mutex mutex_;
  std::map<std::uint32_t, Record> records_;
};

}  // namespace countersign::server
