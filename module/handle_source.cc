#include "module/handle_source.h"

#include <cstring>
#include <limits>

#include "core/bytes.h"
#include "core/crypto.h"

namespace countersign::module {
namespace {

// Two bits fewer than the type has: signed copies of a handle in callers stay positive.
constexpr unsigned handle_bits = std::numeric_limits<CK_ULONG>::digits - 2;
constexpr CK_ULONG handle_mask = (CK_ULONG{1} << handle_bits) - 1;

/// Steps that each map the handles one to one: distinct counts give distinct handles.
CK_ULONG scatter(CK_ULONG count, CK_ULONG key) {
  CK_ULONG value = (count * static_cast<CK_ULONG>(0x9e3779b97f4a7c15U)) & handle_mask;
  value ^= value >> (handle_bits / 2);
  value = (value * static_cast<CK_ULONG>(0xbf58476d1ce4e5b9U)) & handle_mask;
  return value ^ key;
}

}  // namespace

HandleSource::HandleSource() : key_(0) {
  const Bytes random = random_bytes(sizeof key_);
  std::memcpy(&key_, random.data(), sizeof key_);
  key_ &= handle_mask;
}

CK_ULONG HandleSource::next() {
  for (;;) {
    const CK_ULONG handle = scatter(count_.fetch_add(1, std::memory_order_relaxed), key_);
    if (handle != CK_INVALID_HANDLE) return handle;
  }
}

}  // namespace countersign::module
