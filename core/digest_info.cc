#include "core/digest_info.h"

#include <algorithm>
#include <array>

namespace countersign {
namespace {

struct Prefix {
  Hash hash;
  Bytes bytes;  ///< all that stands before the digest
};

/// Everything but the digest is fixed for a given hash (RFC 8017 §9.2, note 1).
const std::array<Prefix, 5>& prefixes() {
  static const std::array<Prefix, 5> all = [] {
    const auto sha2 = [](Hash hash, std::uint8_t arc) {
      const auto size = static_cast<std::uint8_t>(digest_size(hash));
      return Prefix{hash,
                    {0x30, static_cast<std::uint8_t>(17 + size), 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86,
                     0x48, 0x01, 0x65, 0x03, 0x04, 0x02, arc, 0x05, 0x00, 0x04, size}};
    };
    return std::array<Prefix, 5>{Prefix{Hash::sha1,
                                        {0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02,
                                         0x1a, 0x05, 0x00, 0x04, 0x14}},
                                 sha2(Hash::sha224, 4), sha2(Hash::sha256, 1),
                                 sha2(Hash::sha384, 2), sha2(Hash::sha512, 3)};
  }();
  return all;
}

}  // namespace

std::optional<DigestInfo> parse_digest_info(ByteView der) {
  for (const Prefix& prefix : prefixes()) {
    if (der.size() != prefix.bytes.size() + digest_size(prefix.hash)) continue;
    if (!std::equal(prefix.bytes.begin(), prefix.bytes.end(), der.begin())) continue;
    return DigestInfo{prefix.hash, Bytes(der.begin() + std::ssize(prefix.bytes), der.end())};
  }
  return std::nullopt;
}

Bytes encode_digest_info(Hash hash, ByteView digest) {
  for (const Prefix& prefix : prefixes()) {
    if (prefix.hash != hash) continue;
    Bytes der = prefix.bytes;
    der.insert(der.end(), digest.begin(), digest.end());
    return der;
  }
  return {};
}

}  // namespace countersign
