// Verification by OpenSSL alone, over the message: an opinion independent of the code under test.
#pragma once

#include <string>

#include "core/bytes.h"

namespace countersign::test {

/// What a mechanism is expected to have computed over a message.
struct Expected {
  std::string hash;  ///< OpenSSL's name; empty for Ed25519
  bool pss = false;  ///< RSA only; salt as long as the digest, MGF1 with the same hash
};

/// Whether `signature`, in PKCS#11 form, is the one of DER SubjectPublicKeyInfo `public_key` over
/// `message`.
bool verifies(ByteView public_key, const Expected& expected, ByteView message, ByteView signature);

/// `hash` of `message`.
Bytes hashed(const std::string& hash, ByteView message);

}  // namespace countersign::test
