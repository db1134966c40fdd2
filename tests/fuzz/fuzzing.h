// What the fuzzers share: how a property is insisted on, and how bytes become what they feed.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "core/bytes.h"

namespace countersign::fuzz {

/// Ends the fuzzer, which keeps the input that led here, when `holds` is false.
inline void insist(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

/// Takes what is asked for off the front of the input; at its end everything is zero or empty.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : rest_(data, size) {}

  template <class Number>
  Number number() {
    Number value{};
    const ByteView taken = bytes(sizeof value);
    std::memcpy(&value, taken.data(), taken.size());
    return value;
  }
  ByteView bytes(std::size_t most) {
    const ByteView taken = rest_.first(std::min(most, rest_.size()));
    rest_ = rest_.subspan(taken.size());
    return taken;
  }
  ByteView rest() { return bytes(rest_.size()); }
  bool empty() const { return rest_.empty(); }

 private:
  ByteView rest_;
};

inline std::string text_of(ByteView bytes) {
  return {bytes.begin(), bytes.end()};
}

}  // namespace countersign::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
