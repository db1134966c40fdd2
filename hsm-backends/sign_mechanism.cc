#include "hsm-backends/sign_mechanism.h"

#include <algorithm>
#include <array>

#include "core/digest_info.h"

namespace countersign::hsm {
namespace {

struct HashNumbers {
  Hash hash;
  CK_MECHANISM_TYPE mechanism;
  CK_RSA_PKCS_MGF_TYPE mask;
};

constexpr std::array<HashNumbers, 5> numbers{{{Hash::sha1, CKM_SHA_1, CKG_MGF1_SHA1},
                                              {Hash::sha224, CKM_SHA224, CKG_MGF1_SHA224},
                                              {Hash::sha256, CKM_SHA256, CKG_MGF1_SHA256},
                                              {Hash::sha384, CKM_SHA384, CKG_MGF1_SHA384},
                                              {Hash::sha512, CKM_SHA512, CKG_MGF1_SHA512}}};

/// `hash` is not Hash::none: unsuitable() has seen to it.
const HashNumbers& of(Hash hash) {
  return *std::find_if(numbers.begin(), numbers.end(),
                       [hash](const HashNumbers& each) { return each.hash == hash; });
}

}  // namespace

SignMechanism::SignMechanism(const SigningInput& input, KeyType type) : data_(input.digest) {
  const SignatureAlgorithm& algorithm = input.algorithm;
  switch (algorithm.scheme) {
    case Scheme::rsa_pkcs1:
      mechanism_.mechanism = CKM_RSA_PKCS;
      data_ = encode_digest_info(algorithm.hash, input.digest);
      break;
    case Scheme::rsa_pss:
      pss_.hashAlg = of(algorithm.hash).mechanism;
      pss_.mgf = of(algorithm.mgf_hash).mask;
      pss_.sLen = algorithm.salt_length;
      mechanism_ = {CKM_RSA_PKCS_PSS, &pss_, sizeof pss_};
      break;
    case Scheme::ecdsa:
      mechanism_.mechanism = CKM_ECDSA;
      data_.resize(std::min(data_.size(), ec_order_size(type)));
      break;
    case Scheme::ed25519:
      mechanism_.mechanism = CKM_EDDSA;
      data_ = input.message;
      data_.reserve(1);  // so that even an empty message has an address: tokens refuse null
      break;
  }
}

}  // namespace countersign::hsm
