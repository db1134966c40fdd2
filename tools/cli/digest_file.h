// The files of signtool's detached flow: `signtool sign /dg` writes a digest, `/di` reads its
// signature, both in base64.
#pragma once

#include <string>

#include "core/algorithm.h"
#include "core/result.h"

namespace countersign {

/// The digest in the file, to be signed with PKCS#1 v1.5 or ECDSA: base64 of 32, 48 or 64 bytes and
/// nothing else, but for the end of the line. Its length names the hash, which RSA puts into the
/// signature; ECDSA does not, so there the hash stays unnamed. Errors: `file_unreadable`,
/// `file_too_large`, `bad_digest`, `bad_scheme` for Ed25519, which signs no digests.
Result<SigningInput> read_digest_file(const std::string& path, KeyType key);

/// Base64 of `signature`, which is in PKCS#11 form; of the X.509 form for ECDSA.
Bytes signed_digest_content(KeyType key, const Bytes& signature);

}  // namespace countersign
