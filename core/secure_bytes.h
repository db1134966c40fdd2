// Memory for secrets: PINs, bearer tokens, enrolment codes.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "core/bytes.h"

namespace countersign {

/// A string of secret bytes that is overwritten when it goes, and cannot be printed by accident.
/// Movable, copied only by copy(). Not thread-safe.
class SecureBytes {
 public:
  SecureBytes() = default;
  explicit SecureBytes(std::string_view text);
  SecureBytes(SecureBytes&& other) noexcept;
  SecureBytes& operator=(SecureBytes&& other) noexcept;
  SecureBytes(const SecureBytes&) = delete;
  SecureBytes& operator=(const SecureBytes&) = delete;
  ~SecureBytes();

  SecureBytes copy() const { return SecureBytes(view()); }
  bool empty() const { return bytes_.empty(); }
  std::size_t size() const { return bytes_.size(); }
  /// Valid until the object changes or goes.
  std::string_view view() const { return {bytes_.data(), bytes_.size()}; }

 private:
  void wipe() noexcept;
  std::vector<char> bytes_;
};

/// Overwrites `size` bytes at `data` in a way the compiler keeps.
void wipe(void* data, std::size_t size) noexcept;

/// Whether both are equal, in time that depends on their lengths only.
bool equal_in_constant_time(ByteView a, ByteView b) noexcept;

/// Turns core dumps and ptrace by other processes of the user off, for processes that hold secrets.
void forbid_core_dumps() noexcept;

}  // namespace countersign
