// Names for the return values of PKCS#11 functions.
#pragma once

#include <p11-kit/pkcs11.h>

#include <string>

namespace countersign::hsm {

/// The symbol of `value` in PKCS#11 v3.0 §5.1, e.g. "CKR_PIN_INCORRECT"; "CKR 0x80000001" for a
/// vendor's own or an unknown one.
std::string ckr_name(CK_RV value);

}  // namespace countersign::hsm
