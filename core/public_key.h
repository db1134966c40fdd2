// A public key: what is pinned, shown as PKCS#11 attributes, and verified with.
#pragma once

#include <openssl/types.h>

#include <cstddef>
#include <memory>
#include <string_view>

#include "core/algorithm.h"
#include "core/bytes.h"
#include "core/result.h"

namespace countersign {

/// An RSA key of 2048 to 16384 bits, an EC key on P-256, P-384 or P-521, or an Ed25519 key.
/// Immutable, cheap to copy, thread-safe.
class PublicKey {
 public:
  /// Reads a DER SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) that ends where the structure ends.
  static Result<PublicKey> from_der(ByteView der);
  /// Reads a SubjectPublicKeyInfo in PEM (RFC 7468 §13).
  static Result<PublicKey> from_pem(std::string_view pem);
  /// The key with this modulus and public exponent, both big-endian.
  static Result<PublicKey> from_rsa(ByteView modulus, ByteView exponent);
  /// The key with this point: `parameters` is a DER curve name (CKA_EC_PARAMS; for Ed25519 the
  /// object identifier of RFC 8410, that of GnuPG, or "edwards25519"), `point` the uncompressed
  /// point, with or without the DER OCTET STRING around it (CKA_EC_POINT).
  static Result<PublicKey> from_ec(ByteView parameters, ByteView point);

  KeyType type() const { return type_; }
  /// RSA: bits of the modulus; EC: bits of the field.
  std::size_t bits() const { return bits_; }
  /// The DER SubjectPublicKeyInfo, always in the one canonical form (named curve, uncompressed).
  const Bytes& der() const { return der_; }
  /// SHA-256 of der(): the pin, stable for ever.
  const Bytes& fingerprint() const { return fingerprint_; }

  Bytes modulus() const;   ///< RSA, big-endian without leading zeros; empty for EC
  Bytes exponent() const;  ///< RSA, likewise
  Bytes ec_parameters()
      const;               ///< EC, Ed25519: DER of the curve's object identifier; empty for RSA
  Bytes ec_point() const;  ///< EC: the uncompressed point; Ed25519: RFC 8032 §5.1.2; bare

  /// Bytes of a signature as PKCS#11 gives it: RSA as long as the modulus; ECDSA r and s, each as
  /// long as the order (PKCS#11 v3.0 mechanisms §2.3.1); Ed25519 64 bytes.
  std::size_t signature_size() const;

  /// Whether `signature`, in PKCS#11 form, is this key's over `input`. Raw ECDSA included.
  bool verify(const SigningInput& input, ByteView signature) const;

  /// Whether `signature`, as X.509 has it (ECDSA in DER), is this key's over the SHA-256 digest of
  /// `document`; with an Ed25519 key over the document itself. RSA is PKCS#1 v1.5.
  bool verify_document(ByteView document, ByteView signature) const;

  bool operator==(const PublicKey& other) const { return der_ == other.der_; }

 private:
  explicit PublicKey(EVP_PKEY* owned);
  static Result<PublicKey> decoded(ByteView bytes, const char* form);
  static Result<PublicKey> from_pkey(EVP_PKEY* owned);
  bool verify_message(ByteView message, ByteView signature, const char* digest) const;

  std::shared_ptr<EVP_PKEY> key_;
  KeyType type_ = KeyType::rsa;
  std::size_t bits_ = 0;
  Bytes der_;
  Bytes fingerprint_;
};

/// The X.509 form of an ECDSA signature (DER SEQUENCE of r and s) for `signature` in PKCS#11 form.
/// Nothing valid comes of an odd or empty length: the result is then empty.
Bytes ecdsa_to_der(ByteView signature);

}  // namespace countersign
