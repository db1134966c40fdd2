// The mechanisms the module serves, in one table (PKCS#11 v2.40 current mechanisms §2.1, §2.3).
#pragma once

#include <optional>
#include <span>
#include <tl/expected.hpp>
#include <vector>

#include "core/algorithm.h"
#include "core/public_key.h"
#include "module/pkcs11.h"

namespace countersign::module {

/// What the caller hands to C_Sign.
enum class MechanismInput {
  message,       ///< hashed here
  digest,        ///< already hashed
  digest_info,   ///< already hashed, in the DER structure that names the hash
  whole_message  ///< signed as it is
};

struct Mechanism {
  CK_MECHANISM_TYPE type;
  Scheme scheme;
  Hash hash;  ///< of the message; `none` when the parameter or the input names it, or nobody does
  MechanismInput input;
};

/// What decides which mechanisms a token serves.
struct KeyUse {
  std::optional<KeyType> type;        ///< nothing where only a login will tell: any
  std::span<const Hash> weak_hashes;  ///< those the signer's policy allows
};

/// The mechanism of that type, of whatever key; null when it is not served: unknown here, or over
/// a weak hash that is not allowed.
const Mechanism* find_mechanism(CK_MECHANISM_TYPE type, const KeyUse& key);

/// The types that are served with the key, in the table's order.
std::vector<CK_MECHANISM_TYPE> mechanism_types(const KeyUse& key);

/// The hash of a digest mechanism; `none` when it is none that the module serves.
Hash digest_hash(CK_MECHANISM_TYPE type);

/// What C_GetMechanismList answers for a token with that key: mechanism_types() and the digests.
std::vector<CK_MECHANISM_TYPE> served_mechanisms(const KeyUse& key);

/// Whether a key of `type` can be used with `mechanism`.
bool fits(const Mechanism& mechanism, std::optional<KeyType> type);

/// What C_GetMechanismInfo answers (§5.5.6) for a token with that key: RSA sizes in bits of the
/// modulus, EC in bits of the field. Nothing for a mechanism that is not served there.
std::optional<CK_MECHANISM_INFO> mechanism_info(CK_MECHANISM_TYPE type, const KeyUse& key);

/// What the caller's mechanism with its parameter asks for. The hash stays `none` where the input
/// names it. Errors: CKR_MECHANISM_PARAM_INVALID for a parameter that is missing, superfluous, of
/// the wrong size, unknown, or too much for `key`.
tl::expected<SignatureAlgorithm, CK_RV> parse_algorithm(const Mechanism& mechanism,
                                                        const CK_MECHANISM& asked,
                                                        const PublicKey& key);

}  // namespace countersign::module
