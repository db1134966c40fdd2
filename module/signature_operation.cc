#include "module/signature_operation.h"

#include <utility>

#include "core/digest_info.h"

namespace countersign::module {
namespace {

tl::unexpected<CK_RV> refuse(CK_RV code) {
  return tl::unexpected<CK_RV>(code);
}

}  // namespace

SignatureOperation::SignatureOperation(std::shared_ptr<const Token> token,
                                       const Mechanism& mechanism,
                                       const SignatureAlgorithm& algorithm)
    : token_(std::move(token)), mechanism_(&mechanism), algorithm_(algorithm) {
  if (mechanism.input == MechanismInput::message) hashing_.emplace(algorithm.hash);
}

tl::expected<SignatureOperation, CK_RV> SignatureOperation::begin(
    std::shared_ptr<const Token> token, const CK_MECHANISM& asked, CK_OBJECT_HANDLE key,
    SignaturePurpose purpose) {
  const Mechanism* mechanism = find_mechanism(asked.mechanism, token->key_use());
  if (mechanism == nullptr) return refuse(CKR_MECHANISM_INVALID);
  const Object* object = token->object(key);
  if (object == nullptr) return refuse(CKR_KEY_HANDLE_INVALID);
  const CK_OBJECT_CLASS wanted =
      purpose == SignaturePurpose::sign ? CKO_PRIVATE_KEY : CKO_PUBLIC_KEY;
  if (object->object_class != wanted || !fits(*mechanism, token->key().type()))
    return refuse(CKR_KEY_TYPE_INCONSISTENT);
  const auto algorithm = parse_algorithm(*mechanism, asked, token->key());
  if (!algorithm) return refuse(algorithm.error());
  return SignatureOperation(std::move(token), *mechanism, *algorithm);
}

std::size_t SignatureOperation::longest_input() const {
  switch (algorithm_.scheme) {
    case Scheme::rsa_pkcs1:
      return token_->key().signature_size() - 11;  // RFC 8017 §9.2, step 3
    case Scheme::rsa_pss:
      return digest_size(algorithm_.hash);
    case Scheme::ed25519:
      return longest_message;
    case Scheme::ecdsa:
      break;
  }
  return digest_size(Hash::sha512);
}

CK_RV SignatureOperation::update(ByteView part) {
  has_parts_ = true;
  if (hashing_) {
    hashing_->update(part);
    return CKR_OK;
  }
  if (part.size() > longest_input() - input_.size()) return CKR_DATA_LEN_RANGE;
  input_.insert(input_.end(), part.begin(), part.end());
  return CKR_OK;
}

tl::expected<SigningInput, CK_RV> SignatureOperation::finish() {
  if (hashing_) return SigningInput{algorithm_, hashing_->finish()};
  if (mechanism_->input == MechanismInput::digest_info) {
    auto info = parse_digest_info(input_);
    if (!info) return refuse(CKR_DATA_INVALID);
    SignatureAlgorithm algorithm = algorithm_;
    algorithm.hash = info->hash;
    return SigningInput{algorithm, std::move(info->digest)};
  }
  SigningInput input{algorithm_, {}};
  (mechanism_->input == MechanismInput::whole_message ? input.message : input.digest) =
      std::move(input_);
  if (unsuitable(input, token_->key().type(), token_->key().bits()))
    return refuse(CKR_DATA_LEN_RANGE);
  return input;
}

}  // namespace countersign::module
