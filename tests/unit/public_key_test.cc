// Public keys: read, shown, pinned, and verified with.
#include "core/public_key.h"

#include <gtest/gtest.h>
#include <openssl/ecdsa.h>
#include <openssl/rsa.h>

#include "core/crypto.h"
#include "tests/unit/test_keys.h"

namespace countersign {
namespace {

using test::SoftwareKey;

Bytes sign_raw(const SoftwareKey& key, ByteView digest, bool pss) {
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
      EVP_PKEY_CTX_new_from_pkey(crypto_context(), key.get(), nullptr), EVP_PKEY_CTX_free);
  EVP_PKEY_sign_init(context.get());
  if (EVP_PKEY_is_a(key.get(), "RSA") == 1) {
    EVP_PKEY_CTX_set_rsa_padding(context.get(), pss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING);
    EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256());
    if (pss) EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), 32);
  }
  Bytes signature(1024);
  std::size_t length = signature.size();
  EXPECT_EQ(EVP_PKEY_sign(context.get(), signature.data(), &length, digest.data(), digest.size()),
            1);
  signature.resize(length);
  return signature;
}

TEST(PublicKeyTest, ComesBackFromItsParts) {
  const PublicKey rsa = SoftwareKey::rsa().public_key();
  EXPECT_EQ(rsa.type(), KeyType::rsa);
  EXPECT_EQ(rsa.bits(), 2048U);
  EXPECT_EQ(rsa.signature_size(), 256U);
  EXPECT_EQ(*PublicKey::from_rsa(rsa.modulus(), rsa.exponent()), rsa);
  for (const char* const curve : {"P-256", "P-384", "P-521"}) {
    const PublicKey ec = SoftwareKey::ec(curve).public_key();
    EXPECT_EQ(*PublicKey::from_ec(ec.ec_parameters(), ec.ec_point()), ec) << curve;
    EXPECT_EQ(*PublicKey::from_der(ec.der()), ec) << curve;
  }
}

TEST(PublicKeyTest, ABarePointMayLookLikeAnOctetString) {
  for (const char* const curve : {"P-256", "P-384"}) {
    Bytes point;
    PublicKey key = SoftwareKey::ec(curve).public_key();
    // Both begin with 4; here what follows is the length of all the rest, as in DER.
    while ((point = key.ec_point()).at(1) != point.size() - 2)
      key = SoftwareKey::ec(curve).public_key();
    const auto again = PublicKey::from_ec(key.ec_parameters(), point);
    ASSERT_TRUE(again) << curve << ": " << again.error().text();
    EXPECT_EQ(*again, key) << curve;
  }
}

TEST(PublicKeyTest, RefusesWhatIsTooSmallOrOfAnotherKind) {
  const auto code = [](const SoftwareKey& key) {
    unsigned char* der = nullptr;
    const int length = i2d_PUBKEY(key.get(), &der);
    const auto read = PublicKey::from_der(ByteView(der, static_cast<std::size_t>(length)));
    OPENSSL_free(der);
    return read ? std::string() : read.error().code;
  };
  EXPECT_EQ(code(SoftwareKey::rsa(1024)), "bad_public_key");
  EXPECT_EQ(code(SoftwareKey::ec("secp256k1")), "bad_public_key");
  EXPECT_EQ(PublicKey::from_der({}).error().code, "bad_public_key");
  Bytes longer = SoftwareKey::ec("P-256").public_key().der();
  longer.push_back(0);
  EXPECT_EQ(PublicKey::from_der(longer).error().code, "bad_public_key");
}

TEST(PublicKeyTest, VerifiesRsaBothWaysAndNothingElse) {
  const SoftwareKey key = SoftwareKey::rsa();
  const PublicKey pinned = key.public_key();
  const Bytes digest = sha256(as_bytes("message"));
  const SigningInput pkcs1{{Scheme::rsa_pkcs1, Hash::sha256, Hash::none, 0}, digest};
  const SigningInput pss{{Scheme::rsa_pss, Hash::sha256, Hash::sha256, 32}, digest};
  EXPECT_TRUE(pinned.verify(pkcs1, sign_raw(key, digest, false)));
  EXPECT_TRUE(pinned.verify(pss, sign_raw(key, digest, true)));
  EXPECT_FALSE(pinned.verify(pss, sign_raw(key, digest, false)));
  SigningInput other_salt = pss;
  other_salt.algorithm.salt_length = 20;
  EXPECT_FALSE(pinned.verify(other_salt, sign_raw(key, digest, true)));
  EXPECT_FALSE(SoftwareKey::rsa().public_key().verify(pkcs1, sign_raw(key, digest, false)));
  Bytes changed = sign_raw(key, digest, false);
  changed[100] ^= 1;
  EXPECT_FALSE(pinned.verify(pkcs1, changed));
  EXPECT_FALSE(pinned.verify(pkcs1, ByteView(changed).first(255)));
}

TEST(PublicKeyTest, VerifiesEcdsaInPkcs11Form) {
  const SoftwareKey key = SoftwareKey::ec("P-256");
  const Bytes digest = sha256(as_bytes("message"));
  const Bytes der = sign_raw(key, digest, false);
  const unsigned char* cursor = der.data();
  ECDSA_SIG* const pair = d2i_ECDSA_SIG(nullptr, &cursor, static_cast<long>(der.size()));
  Bytes raw(64);
  BN_bn2binpad(ECDSA_SIG_get0_r(pair), raw.data(), 32);
  BN_bn2binpad(ECDSA_SIG_get0_s(pair), raw.data() + 32, 32);
  ECDSA_SIG_free(pair);
  EXPECT_EQ(ecdsa_to_der(raw), der);
  const PublicKey pinned = key.public_key();
  EXPECT_TRUE(pinned.verify({{Scheme::ecdsa, Hash::sha256, Hash::none, 0}, digest}, raw));
  EXPECT_TRUE(pinned.verify({{Scheme::ecdsa, Hash::none, Hash::none, 0}, digest}, raw));
  raw[40] ^= 1;
  EXPECT_FALSE(pinned.verify({{Scheme::ecdsa, Hash::sha256, Hash::none, 0}, digest}, raw));
  EXPECT_TRUE(ecdsa_to_der({}).empty());
}

}  // namespace
}  // namespace countersign
