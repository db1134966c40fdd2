// The blank-padded text fields of CK_INFO, CK_SLOT_INFO and CK_TOKEN_INFO (PKCS#11 v2.40 §3).
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace countersign::module {

/// Fills `field` with `text`, cut off or padded with blanks; no terminating zero.
template <std::size_t size>
void fill_padded(unsigned char (&field)[size], std::string_view text) {
  std::ranges::fill(field, static_cast<unsigned char>(' '));
  std::ranges::copy(text.substr(0, size), field);
}

}  // namespace countersign::module
