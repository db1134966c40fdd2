#include "core/algorithm.h"

#include <algorithm>
#include <array>

#include "core/crypto.h"

namespace countersign {
namespace {

struct HashFacts {
  Hash hash;
  std::string_view name;
  std::size_t size;
};

constexpr std::array<HashFacts, 6> hashes{{{Hash::none, "none", 0},
                                           {Hash::sha1, "sha1", 20},
                                           {Hash::sha224, "sha224", 28},
                                           {Hash::sha256, "sha256", 32},
                                           {Hash::sha384, "sha384", 48},
                                           {Hash::sha512, "sha512", 64}}};

constexpr std::array<std::pair<Scheme, std::string_view>, 4> schemes{
    {{Scheme::rsa_pkcs1, "rsa-pkcs1"},
     {Scheme::rsa_pss, "rsa-pss"},
     {Scheme::ecdsa, "ecdsa"},
     {Scheme::ed25519, "ed25519"}}};

const HashFacts& facts(Hash hash) {
  return hashes.at(static_cast<std::size_t>(hash));
}

bool go_together(Scheme scheme, KeyType type) {
  switch (type) {
    case KeyType::rsa:
      return scheme == Scheme::rsa_pkcs1 || scheme == Scheme::rsa_pss;
    case KeyType::ed25519:
      return scheme == Scheme::ed25519;
    case KeyType::ec_p256:
    case KeyType::ec_p384:
    case KeyType::ec_p521:
      break;
  }
  return scheme == Scheme::ecdsa;
}

/// Ed25519 has one hash, no parameters, and a message in place of the digest.
std::optional<std::string> unsuitable_for_ed25519(const SigningInput& input) {
  if (input.algorithm != SignatureAlgorithm{Scheme::ed25519, Hash::sha512, Hash::none, 0})
    return "Ed25519 has the hash sha512 and no parameters";
  if (!input.digest.empty()) return "Ed25519 signs a message, not a digest";
  if (input.message.size() > longest_message)
    return "a message has at most " + std::to_string(longest_message) + " bytes, this one has " +
           std::to_string(input.message.size());
  return std::nullopt;
}

/// Room for the salt and the padding's fixed bytes (RFC 8017 §9.1.1, step 3).
bool pss_fits(const SignatureAlgorithm& algorithm, std::size_t rsa_bits) {
  const std::size_t encoded = (rsa_bits - 1 + 7) / 8;
  return encoded >= digest_size(algorithm.hash) + algorithm.salt_length + 2;
}

}  // namespace

std::string_view to_text(Hash hash) {
  return facts(hash).name;
}

std::optional<Hash> hash_from_text(std::string_view text) {
  for (const HashFacts& each : hashes)
    if (each.name == text) return each.hash;
  return std::nullopt;
}

std::size_t digest_size(Hash hash) {
  return facts(hash).size;
}

bool is_weak(Hash hash) {
  return hash == Hash::sha1;
}

std::string_view to_text(KeyType type) {
  static constexpr std::array<std::string_view, 5> names{"rsa", "ec-p256", "ec-p384", "ec-p521",
                                                         "ed25519"};
  return names.at(static_cast<std::size_t>(type));
}

std::size_t ec_order_size(KeyType type) {
  static constexpr std::array<std::size_t, 5> sizes{0, 32, 48, 66, 32};
  return sizes.at(static_cast<std::size_t>(type));
}

std::string_view to_text(Scheme scheme) {
  return schemes.at(static_cast<std::size_t>(scheme)).second;
}

std::optional<Scheme> scheme_from_text(std::string_view text) {
  for (const auto& [scheme, name] : schemes)
    if (name == text) return scheme;
  return std::nullopt;
}

std::string to_text(const SignatureAlgorithm& algorithm) {
  std::string text(to_text(algorithm.scheme));
  if (algorithm.hash != Hash::none && algorithm.scheme != Scheme::ed25519)
    text.append("-").append(to_text(algorithm.hash));
  return text;
}

Bytes recorded_digest(const SigningInput& input) {
  return input.algorithm.scheme == Scheme::ed25519 ? sha256(input.message) : input.digest;
}

std::optional<std::string> unsuitable(const SigningInput& input, KeyType type,
                                      std::size_t rsa_bits) {
  const SignatureAlgorithm& algorithm = input.algorithm;
  if (!go_together(algorithm.scheme, type))
    return to_text(algorithm) + " does not go with a key of type " + std::string(to_text(type));
  if (algorithm.scheme == Scheme::ed25519) return unsuitable_for_ed25519(input);
  if (!input.message.empty()) return "only Ed25519 signs a message";
  if (algorithm.hash != Hash::none && input.digest.size() != digest_size(algorithm.hash))
    return "a " + std::string(to_text(algorithm.hash)) + " digest has " +
           std::to_string(digest_size(algorithm.hash)) + " bytes, this one has " +
           std::to_string(input.digest.size());
  if (algorithm.hash == Hash::none) {
    if (algorithm.scheme != Scheme::ecdsa) return "the hash must be named";
    if (input.digest.size() < 20 || input.digest.size() > 64)
      return "a raw ECDSA input is a digest of 20 to 64 bytes";
  }
  if (algorithm.scheme == Scheme::rsa_pss) {
    if (algorithm.mgf_hash == Hash::none) return "PSS needs the hash of its mask function";
    if (!pss_fits(algorithm, rsa_bits)) return "the PSS salt is too long for this key";
  } else if (algorithm.mgf_hash != Hash::none || algorithm.salt_length != 0) {
    return "mask hash and salt belong to PSS only";
  }
  return std::nullopt;
}

}  // namespace countersign
