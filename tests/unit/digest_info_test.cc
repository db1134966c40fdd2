// DigestInfo: the one encoding passes, every variation of it does not.
#include "core/digest_info.h"

#include <gtest/gtest.h>

namespace countersign {
namespace {

TEST(DigestInfo, ReadsWhatItWritesForEveryHash) {
  for (const Hash hash : {Hash::sha1, Hash::sha224, Hash::sha256, Hash::sha384, Hash::sha512}) {
    const Bytes digest(digest_size(hash), 0x5a);
    const auto info = parse_digest_info(encode_digest_info(hash, digest));
    ASSERT_TRUE(info) << to_text(hash);
    EXPECT_EQ(info->hash, hash);
    EXPECT_EQ(info->digest, digest);
  }
}

TEST(DigestInfo, Sha256IsTheKnownFiftyOneBytes) {
  const Bytes der = encode_digest_info(Hash::sha256, Bytes(32, 0));
  const Bytes prefix{0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
                     0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};
  ASSERT_EQ(der.size(), 51U);
  EXPECT_TRUE(std::equal(prefix.begin(), prefix.end(), der.begin()));
}

TEST(DigestInfo, RefusesEveryChangedByteOfTheStructure) {
  const Bytes der = encode_digest_info(Hash::sha256, Bytes(32, 0));
  for (std::size_t at = 0; at < 19; ++at)
    for (const int change : {1, 0x80}) {
      Bytes changed = der;
      changed[at] = static_cast<std::uint8_t>(changed[at] ^ change);
      const auto info = parse_digest_info(changed);
      EXPECT_FALSE(info) << "byte " << at;
    }
}

TEST(DigestInfo, RefusesOtherLengthsAndOtherEncodings) {
  Bytes der = encode_digest_info(Hash::sha256, Bytes(32, 0));
  EXPECT_FALSE(parse_digest_info({}));
  EXPECT_FALSE(parse_digest_info(ByteView(der).first(50)));
  der.push_back(0);
  EXPECT_FALSE(parse_digest_info(der));
  EXPECT_FALSE(parse_digest_info(Bytes(32, 0)));  // a bare digest
  // The same without the NULL parameters: some accept it, so two encodings would sign alike.
  Bytes without_null{0x30, 0x2f, 0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48,
                     0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x04, 0x20};
  without_null.resize(without_null.size() + 32);
  EXPECT_FALSE(parse_digest_info(without_null));
}

}  // namespace
}  // namespace countersign
