// One session of an application with a token (PKCS#11 v2.40 §5.6).
#pragma once

#include <mutex>
#include <optional>
#include <vector>

#include "core/crypto.h"
#include "module/pkcs11.h"
#include "module/signature_operation.h"

namespace countersign::module {

/// An open search: what it found, and how much of that was handed out.
struct Search {
  std::vector<CK_OBJECT_HANDLE> found;
  std::size_t given = 0;
};

/// A digest in the making.
struct Digesting {
  Hash hash;
  DigestOperation hashing;
  bool has_parts = false;  ///< data came in parts, so that only C_DigestFinal can end it
};

/// Applications share a session among threads although they must not, so every call that uses the
/// operations holds `mutex`.
struct Session {
  Session(CK_SLOT_ID in_slot, bool is_read_write) : slot(in_slot), read_write(is_read_write) {}

  const CK_SLOT_ID slot;
  const bool read_write;

  std::mutex mutex;
  std::optional<Search> search;
  std::optional<SignatureOperation> signing;
  std::optional<SignatureOperation> verifying;
  std::optional<Digesting> digesting;
};

}  // namespace countersign::module
