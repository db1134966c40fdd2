// The DigestInfo structure of RSA PKCS#1 v1.5 (RFC 8017 §9.2), read strictly and written.
#pragma once

#include <optional>

#include "core/algorithm.h"
#include "core/bytes.h"

namespace countersign {

struct DigestInfo {
  Hash hash;
  Bytes digest;
};

/// Reads the one DER encoding of a DigestInfo of SHA-1, SHA-224, SHA-256, SHA-384 or SHA-512 with
/// NULL parameters. Nothing for any other byte string: other encodings let two inputs pass as one.
std::optional<DigestInfo> parse_digest_info(ByteView der);

/// The encoding that parse_digest_info reads. `hash` is not Hash::none.
Bytes encode_digest_info(Hash hash, ByteView digest);

}  // namespace countersign
