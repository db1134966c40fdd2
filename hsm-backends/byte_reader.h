// Reads what byte_writer.h writes, from bytes that anybody may have made up.
#pragma once

#include <cstdint>
#include <string>

#include "core/bytes.h"

namespace countersign::hsm {

/// Keeps the first fault: everything read after it is zero or empty, and good() is false. Never
/// reads or allocates beyond the bytes it was given, which outlive it.
class ByteReader {
 public:
  explicit ByteReader(ByteView bytes) : rest_(bytes) {}

  std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  std::uint8_t u8_up_to(std::uint8_t most) { return static_cast<std::uint8_t>(bounded(1, most)); }
  std::uint32_t u32_up_to(std::uint32_t most) {
    return static_cast<std::uint32_t>(bounded(4, most));
  }
  std::uint64_t u64() { return number(8); }
  bool flag() { return bounded(1, 1) == 1; }
  Bytes bytes() {
    const ByteView taken = string();
    return {taken.begin(), taken.end()};
  }
  std::string text() {
    const ByteView taken = string();
    return {taken.begin(), taken.end()};
  }

  /// Notes a fault that only the caller can see.
  void refuse() {
    good_ = false;
    rest_ = {};
  }
  bool good() const { return good_; }
  bool at_end() const { return rest_.empty(); }

 private:
  ByteView take(std::size_t size) {
    if (size > rest_.size()) {
      refuse();
      return {};
    }
    const ByteView taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }
  ByteView string() { return take(number(4)); }
  std::uint64_t number(std::size_t size) {
    std::uint64_t value = 0;
    for (const std::uint8_t each : take(size)) value = value << 8 | each;
    return value;
  }
  std::uint64_t bounded(std::size_t size, std::uint64_t most) {
    const std::uint64_t value = number(size);
    if (value <= most) return value;
    refuse();
    return 0;
  }

  ByteView rest_;
  bool good_ = true;
};

}  // namespace countersign::hsm
