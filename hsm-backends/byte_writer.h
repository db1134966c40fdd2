// Numbers and byte strings one behind the other, as byte_reader.h reads them.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include "core/bytes.h"

namespace countersign::hsm {

/// Numbers are big-endian; texts and byte strings have their length (4 bytes) in front.
class ByteWriter {
 public:
  void u8(std::uint8_t value) { bytes_.push_back(value); }
  void u32(std::uint32_t value) { number(value, 4); }
  void u64(std::uint64_t value) { number(value, 8); }
  void flag(bool value) { u8(value ? 1 : 0); }
  void bytes(ByteView value) {
    u32(static_cast<std::uint32_t>(value.size()));
    bytes_.insert(bytes_.end(), value.begin(), value.end());
  }
  void text(std::string_view value) { bytes(as_bytes(value)); }

  Bytes take() { return std::exchange(bytes_, {}); }

 private:
  void number(std::uint64_t value, unsigned size) {
    while (size-- > 0) u8(static_cast<std::uint8_t>(value >> (8 * size)));
  }
  Bytes bytes_;
};

}  // namespace countersign::hsm
