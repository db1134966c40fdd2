// Finds the slot whose token a configuration means.
#pragma once

#include <p11-kit/pkcs11.h>

#include <string>

#include "core/result.h"
#include "hsm-backends/key_uri.h"
#include "hsm-backends/pkcs11_library.h"

namespace countersign::hsm {

/// A slot, and what its token says of itself (CK_TOKEN_INFO, PKCS#11 v3.0 §3.2), unpadded.
struct TokenSlot {
  CK_SLOT_ID id = 0;
  std::string label;
  std::string serial;
  std::string manufacturer;
  std::string model;
  CK_FLAGS flags = 0;
};

/// The one slot of `library` with an initialised token of `config`'s label, and serial number when
/// it names one. Asks the library for its slots anew. Errors: `token_down` when there is none,
/// `token_ambiguous` when two tokens bear the label and no serial number tells them apart.
Result<TokenSlot> find_slot(const Pkcs11Library& library, const TokenConfig& config);

/// Whether everything that `uri` says of its token holds for the one in `slot`.
bool on_token(const KeyUri& uri, const TokenSlot& slot);

}  // namespace countersign::hsm
