// A signature algorithm as a PKCS#11 mechanism.
#pragma once

#include <p11-kit/pkcs11.h>

#include "core/algorithm.h"
#include "core/bytes.h"

namespace countersign::hsm {

/// The mechanism that signs `input`'s digest without hashing anything, and what to sign with it.
/// Only such mechanisms are used: every token has them, and the digest is all that is known. The
/// exception is Ed25519, of which the whole message is known.
///
/// - RSA PKCS#1 v1.5: CKM_RSA_PKCS over the DigestInfo (mechanisms v3.0 §2.1.6)
/// - RSA PSS: CKM_RSA_PKCS_PSS with its parameters (§2.1.10)
/// - ECDSA: CKM_ECDSA (§2.3.6), given at most as many bytes as the order has: the leftmost bits of
///   a longer digest are what FIPS 186-5 §6.4.1 signs, and not every token cuts by itself
/// - Ed25519: CKM_EDDSA without a parameter (§2.3.14)
class SignMechanism {
 public:
  /// `input` suits a key of `type` (countersign::unsuitable() finds nothing).
  SignMechanism(const SigningInput& input, KeyType type);
  SignMechanism(const SignMechanism&) = delete;
  SignMechanism& operator=(const SignMechanism&) = delete;

  /// For C_SignInit; points into this object.
  CK_MECHANISM* mechanism() { return &mechanism_; }
  /// For C_Sign.
  Bytes& data() { return data_; }

 private:
  CK_RSA_PKCS_PSS_PARAMS pss_{};
  CK_MECHANISM mechanism_{};
  Bytes data_;
};

}  // namespace countersign::hsm
