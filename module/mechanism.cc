#include "module/mechanism.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <utility>

namespace countersign::module {
namespace {

using enum MechanismInput;

constexpr std::array<Mechanism, 16> table{
    {{CKM_RSA_PKCS, Scheme::rsa_pkcs1, Hash::none, digest_info},
     {CKM_SHA1_RSA_PKCS, Scheme::rsa_pkcs1, Hash::sha1, message},
     {CKM_SHA256_RSA_PKCS, Scheme::rsa_pkcs1, Hash::sha256, message},
     {CKM_SHA384_RSA_PKCS, Scheme::rsa_pkcs1, Hash::sha384, message},
     {CKM_SHA512_RSA_PKCS, Scheme::rsa_pkcs1, Hash::sha512, message},
     {CKM_RSA_PKCS_PSS, Scheme::rsa_pss, Hash::none, digest},
     {CKM_SHA1_RSA_PKCS_PSS, Scheme::rsa_pss, Hash::sha1, message},
     {CKM_SHA256_RSA_PKCS_PSS, Scheme::rsa_pss, Hash::sha256, message},
     {CKM_SHA384_RSA_PKCS_PSS, Scheme::rsa_pss, Hash::sha384, message},
     {CKM_SHA512_RSA_PKCS_PSS, Scheme::rsa_pss, Hash::sha512, message},
     {CKM_ECDSA, Scheme::ecdsa, Hash::none, digest},
     {CKM_ECDSA_SHA1, Scheme::ecdsa, Hash::sha1, message},
     {CKM_ECDSA_SHA256, Scheme::ecdsa, Hash::sha256, message},
     {CKM_ECDSA_SHA384, Scheme::ecdsa, Hash::sha384, message},
     {CKM_ECDSA_SHA512, Scheme::ecdsa, Hash::sha512, message},
     {CKM_EDDSA, Scheme::ed25519, Hash::sha512, whole_message}}};

// The table's parts: RSA comes first, then ECDSA, then Ed25519.
constexpr std::size_t rsa_mechanisms = 10;
constexpr std::size_t ecdsa_mechanisms = 5;

std::span<const Mechanism> part_of(std::optional<KeyType> type) {
  const std::span<const Mechanism> all(table);
  if (!type) return all;
  if (type == KeyType::rsa) return all.first(rsa_mechanisms);
  if (type == KeyType::ed25519) return all.subspan(rsa_mechanisms + ecdsa_mechanisms);
  return all.subspan(rsa_mechanisms, ecdsa_mechanisms);
}

bool allowed(const Mechanism& mechanism, const KeyUse& key) {
  return !is_weak(mechanism.hash) || std::ranges::count(key.weak_hashes, mechanism.hash) != 0;
}

constexpr std::array<std::pair<CK_MECHANISM_TYPE, Hash>, 5> digests{{{CKM_SHA_1, Hash::sha1},
                                                                     {CKM_SHA224, Hash::sha224},
                                                                     {CKM_SHA256, Hash::sha256},
                                                                     {CKM_SHA384, Hash::sha384},
                                                                     {CKM_SHA512, Hash::sha512}}};

constexpr std::array<std::pair<CK_RSA_PKCS_MGF_TYPE, Hash>, 5> mask_hashes{
    {{CKG_MGF1_SHA1, Hash::sha1},
     {CKG_MGF1_SHA224, Hash::sha224},
     {CKG_MGF1_SHA256, Hash::sha256},
     {CKG_MGF1_SHA384, Hash::sha384},
     {CKG_MGF1_SHA512, Hash::sha512}}};

template <class Table>
Hash lookup(const Table& hashes, CK_ULONG value) {
  for (const auto& [number, hash] : hashes)
    if (number == value) return hash;
  return Hash::none;
}

/// CK_RSA_PKCS_PSS_PARAMS (mechanisms §2.1.9).
tl::expected<SignatureAlgorithm, CK_RV> parse_pss(const Mechanism& mechanism,
                                                  const CK_MECHANISM& asked, const PublicKey& key) {
  const auto invalid = tl::unexpected<CK_RV>(CKR_MECHANISM_PARAM_INVALID);
  CK_RSA_PKCS_PSS_PARAMS given;
  if (asked.pParameter == nullptr || asked.ulParameterLen != sizeof given) return invalid;
  std::memcpy(&given, asked.pParameter, sizeof given);
  const Hash hash = lookup(digests, given.hashAlg);
  const Hash mask = lookup(mask_hashes, given.mgf);
  if (hash == Hash::none || mask == Hash::none) return invalid;
  if (mechanism.hash != Hash::none && mechanism.hash != hash) return invalid;
  if (given.sLen > std::numeric_limits<std::uint16_t>::max()) return invalid;
  const SignatureAlgorithm algorithm{Scheme::rsa_pss, hash, mask,
                                     static_cast<std::uint32_t>(given.sLen)};
  // Only the size of the digest matters for whether salt and digest fit into the key.
  if (unsuitable({algorithm, Bytes(digest_size(hash))}, key.type(), key.bits())) return invalid;
  return algorithm;
}

}  // namespace

const Mechanism* find_mechanism(CK_MECHANISM_TYPE type, const KeyUse& key) {
  const auto* found = std::ranges::find(table, type, &Mechanism::type);
  return found == table.end() || !allowed(*found, key) ? nullptr : found;
}

std::vector<CK_MECHANISM_TYPE> mechanism_types(const KeyUse& key) {
  std::vector<CK_MECHANISM_TYPE> types;
  for (const Mechanism& each : part_of(key.type))
    if (allowed(each, key)) types.push_back(each.type);
  return types;
}

bool fits(const Mechanism& mechanism, std::optional<KeyType> type) {
  return std::ranges::count(part_of(type), mechanism.type, &Mechanism::type) != 0;
}

Hash digest_hash(CK_MECHANISM_TYPE type) {
  return lookup(digests, type);
}

std::vector<CK_MECHANISM_TYPE> served_mechanisms(const KeyUse& key) {
  std::vector<CK_MECHANISM_TYPE> all = mechanism_types(key);
  for (const auto& [digest, hash] : digests) all.push_back(digest);
  return all;
}

std::optional<CK_MECHANISM_INFO> mechanism_info(CK_MECHANISM_TYPE type, const KeyUse& key) {
  if (digest_hash(type) != Hash::none) return CK_MECHANISM_INFO{0, 0, CKF_DIGEST};
  const Mechanism* mechanism = find_mechanism(type, key);
  if (mechanism == nullptr || !fits(*mechanism, key.type)) return std::nullopt;
  // Not CKF_HW: whether the token behind the gateway is hardware was never proven to the module.
  constexpr CK_FLAGS use = CKF_SIGN | CKF_VERIFY;
  if (mechanism->scheme == Scheme::ecdsa)
    return CK_MECHANISM_INFO{256, 521, use | CKF_EC_F_P | CKF_EC_NAMEDCURVE | CKF_EC_UNCOMPRESS};
  if (mechanism->scheme == Scheme::ed25519)
    return CK_MECHANISM_INFO{255, 255, use | CKF_EC_F_P | CKF_EC_NAMEDCURVE | CKF_EC_COMPRESS};
  return CK_MECHANISM_INFO{2048, 16384, use};
}

tl::expected<SignatureAlgorithm, CK_RV> parse_algorithm(const Mechanism& mechanism,
                                                        const CK_MECHANISM& asked,
                                                        const PublicKey& key) {
  if (mechanism.scheme == Scheme::rsa_pss) return parse_pss(mechanism, asked, key);
  // CKM_EDDSA with a parameter is Ed25519ctx or Ed25519ph (mechanisms v3.0 §2.3.14), not served.
  if (asked.ulParameterLen != 0) return tl::unexpected<CK_RV>(CKR_MECHANISM_PARAM_INVALID);
  return SignatureAlgorithm{mechanism.scheme, mechanism.hash, Hash::none, 0};
}

}  // namespace countersign::module
