// What applications pass in and where results go, by the conventions of PKCS#11 v2.40 §5.2.
#pragma once

#include <optional>
#include <utility>

#include "core/bytes.h"
#include "module/pkcs11.h"

namespace countersign::module {

/// Data of the caller. Null with a length is an error.
struct DataInput {
  const CK_BYTE* data;
  CK_ULONG length;

  bool bad() const { return data == nullptr && length != 0; }
  ByteView view() const { return {data, data == nullptr ? 0 : length}; }
};

/// Where a result of a size known beforehand goes: a buffer, null to ask for the length, and its
/// length.
struct Output {
  CK_BYTE* buffer;
  CK_ULONG* length;
};

/// What is answered before any data is looked at: CKR_ARGUMENTS_BAD for a bad pointer, CKR_OK for a
/// length query, CKR_BUFFER_TOO_SMALL. The last two tell the length, and end no operation. Nothing
/// when there is room for `size` bytes.
inline std::optional<CK_RV> answer_length(CK_ULONG size, Output output) {
  if (output.length == nullptr) return CKR_ARGUMENTS_BAD;
  const CK_ULONG room = std::exchange(*output.length, size);
  if (output.buffer == nullptr) return CKR_OK;
  if (room < size) return CKR_BUFFER_TOO_SMALL;
  return std::nullopt;
}

}  // namespace countersign::module
