#include "core/digest_info.h"

#include <algorithm>
#include <array>

namespace countersign {
namespace {

struct Prefix {
  Hash hash;
  std::array<std::uint8_t, 19> bytes;  ///< all that stands before the digest
  std::size_t size;

  ByteView view() const { return ByteView(bytes).first(size); }
};

/// Everything but the digest is fixed for a given hash (RFC 8017 §9.2, note 1); `arc` is the last
/// of the hash's object identifier.
constexpr Prefix sha2(Hash hash, std::uint8_t arc, std::uint8_t digest_bytes) {
  return {hash,
          {0x30, static_cast<std::uint8_t>(17 + digest_bytes), 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86,
           0x48, 0x01, 0x65, 0x03, 0x04, 0x02, arc, 0x05, 0x00, 0x04, digest_bytes},
          19};
}

constexpr std::array<Prefix, 5> prefixes{Prefix{Hash::sha1,
                                                {0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e,
                                                 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14},
                                                15},
                                         sha2(Hash::sha224, 4, 28), sha2(Hash::sha256, 1, 32),
                                         sha2(Hash::sha384, 2, 48), sha2(Hash::sha512, 3, 64)};

}  // namespace

std::optional<DigestInfo> parse_digest_info(ByteView der) {
  for (const Prefix& prefix : prefixes) {
    const ByteView fixed = prefix.view();
    if (der.size() != fixed.size() + digest_size(prefix.hash)) continue;
    if (!std::equal(fixed.begin(), fixed.end(), der.begin())) continue;
    return DigestInfo{prefix.hash, Bytes(der.begin() + std::ssize(fixed), der.end())};
  }
  return std::nullopt;
}

Bytes encode_digest_info(Hash hash, ByteView digest) {
  for (const Prefix& prefix : prefixes) {
    if (prefix.hash != hash) continue;
    const ByteView fixed = prefix.view();
    Bytes der(fixed.begin(), fixed.end());
    der.insert(der.end(), digest.begin(), digest.end());
    return der;
  }
  return {};
}

}  // namespace countersign
