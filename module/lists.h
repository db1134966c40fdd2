// Lists that are given out into the caller's buffer.
#pragma once

#include <algorithm>
#include <span>

#include "module/pkcs11.h"

namespace countersign::module {

/// The convention of PKCS#11 v2.40 §5.2 for lists: no buffer asks for the count, a short one is
/// told it and left as it was. Returns CKR_OK or CKR_BUFFER_TOO_SMALL.
template <class T>
CK_RV give_list(std::span<const T> all, T* buffer, CK_ULONG* count) {
  const CK_ULONG room = *count;
  *count = all.size();
  if (buffer == nullptr) return CKR_OK;
  if (room < all.size()) return CKR_BUFFER_TOO_SMALL;
  std::ranges::copy(all, buffer);
  return CKR_OK;
}

}  // namespace countersign::module
