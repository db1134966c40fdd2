// What `countersign sign` asks a signature for: the file, as the signer's key takes it.
#pragma once

#include <optional>
#include <string>

#include "core/algorithm.h"
#include "core/public_key.h"
#include "core/result.h"

namespace countersign {

/// What the command line says about the algorithm.
struct AlgorithmWish {
  std::optional<std::string> hash;  ///< sha256 when it is left out
  bool pss = false;                 ///< RSA-PSS instead of PKCS#1 v1.5
};

/// The file's digest, read in parts, and the scheme that goes with the key; for Ed25519, which
/// takes messages whole, its content. Errors: `bad_hash`, `bad_scheme` for a wish that the key
/// cannot meet, `file_unreadable`, `file_too_large`.
Result<SigningInput> read_signing_input(const std::string& path, KeyType key,
                                        const AlgorithmWish& wish);

/// `signature`, in PKCS#11 form, as files hold it: ECDSA in the X.509 form, which OpenSSL reads.
Bytes signature_file_content(KeyType key, const Bytes& signature);

}  // namespace countersign
