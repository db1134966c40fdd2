// Keys, hashes and signature algorithms by the names the whole project uses, wire included.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/bytes.h"

namespace countersign {

/// `none` stands for a digest whose hash the caller did not name (raw ECDSA).
enum class Hash : std::uint8_t { none, sha1, sha224, sha256, sha384, sha512 };

enum class KeyType : std::uint8_t { rsa, ec_p256, ec_p384, ec_p521, ed25519 };

enum class Scheme : std::uint8_t { rsa_pkcs1, rsa_pss, ecdsa, ed25519 };

/// What is computed over a digest, or over a message by Ed25519, which hashes it twice with SHA-512
/// (pure Ed25519, RFC 8032 §5.1) and so cannot be given a digest.
struct SignatureAlgorithm {
  Scheme scheme = Scheme::rsa_pkcs1;
  Hash hash = Hash::sha256;
  Hash mgf_hash = Hash::none;     ///< PSS only: the hash inside MGF1 (RFC 8017 B.2.1)
  std::uint32_t salt_length = 0;  ///< PSS only: bytes of salt

  bool operator==(const SignatureAlgorithm&) const = default;
};

/// Bytes of the longest message that Ed25519 signs here: messages travel whole.
inline constexpr std::size_t longest_message = std::size_t{1} << 20;

/// A digest and what to make of it: all that a signature is asked for with.
struct SigningInput {
  SignatureAlgorithm algorithm;
  Bytes digest;        ///< empty for Ed25519
  Bytes message = {};  ///< Ed25519 only

  bool operator==(const SigningInput&) const = default;
};

/// "sha256"; "none" for Hash::none.
std::string_view to_text(Hash hash);
std::optional<Hash> hash_from_text(std::string_view text);
/// Bytes of a digest; 0 for Hash::none.
std::size_t digest_size(Hash hash);
/// Whether collisions can be made today (SHA-1): refused unless a policy names the hash.
bool is_weak(Hash hash);

/// "rsa", "ec-p256", …, "ed25519".
std::string_view to_text(KeyType type);
/// Bytes of a coordinate or of the order: half of a PKCS#11 ECDSA or EdDSA signature. 0 for RSA.
std::size_t ec_order_size(KeyType type);

/// "rsa-pkcs1", "rsa-pss", "ecdsa", "ed25519".
std::string_view to_text(Scheme scheme);
std::optional<Scheme> scheme_from_text(std::string_view text);

/// For people and records: "rsa-pkcs1-sha256", "rsa-pss-sha256", "ecdsa-sha384", "ecdsa",
/// "ed25519".
std::string to_text(const SignatureAlgorithm& algorithm);

/// What records and memories know `input` by: its digest, or the SHA-256 of an Ed25519 message.
Bytes recorded_digest(const SigningInput& input);

/// Why `input` cannot be signed with a key of `type` (wrong scheme, wrong digest length, a hash
/// too short, a message too long); nothing when it can. `rsa_bits` is read for RSA only.
std::optional<std::string> unsuitable(const SigningInput& input, KeyType type,
                                      std::size_t rsa_bits);

}  // namespace countersign
