// One signature in the making or under test, from C_SignInit or C_VerifyInit to its end
// (PKCS#11 v2.40 §5.11, §5.12).
#pragma once

#include <memory>
#include <optional>
#include <tl/expected.hpp>

#include "core/algorithm.h"
#include "core/bytes.h"
#include "core/crypto.h"
#include "module/mechanism.h"
#include "module/token.h"

namespace countersign::module {

enum class SignaturePurpose { sign, verify };

/// Turns what the application passes into the digest and algorithm that a signature is over;
/// neither signs nor verifies itself. Belongs to one session; not thread-safe.
class SignatureOperation {
 public:
  /// Checks mechanism and key, nothing else: whether the signature may be made is decided when it
  /// is asked for. Errors: CKR_MECHANISM_INVALID, CKR_KEY_HANDLE_INVALID,
  /// CKR_KEY_TYPE_INCONSISTENT, CKR_MECHANISM_PARAM_INVALID.
  static tl::expected<SignatureOperation, CK_RV> begin(std::shared_ptr<const Token> token,
                                                       const CK_MECHANISM& asked,
                                                       CK_OBJECT_HANDLE key,
                                                       SignaturePurpose purpose);

  const Token& token() const { return *token_; }
  CK_MECHANISM_TYPE mechanism() const { return mechanism_->type; }
  std::size_t signature_size() const { return token_->key().signature_size(); }
  /// Whether data came in parts, so that only C_SignFinal or C_VerifyFinal can end it.
  bool has_parts() const { return has_parts_; }

  /// One part of the data. Errors: CKR_DATA_LEN_RANGE when it is more than the mechanism takes.
  CK_RV update(ByteView part);

  /// What the signature is over, once all data is there. The operation can only be destroyed
  /// afterwards. Errors: CKR_DATA_INVALID, CKR_DATA_LEN_RANGE.
  tl::expected<SigningInput, CK_RV> finish();

 private:
  SignatureOperation(std::shared_ptr<const Token> token, const Mechanism& mechanism,
                     const SignatureAlgorithm& algorithm);

  std::size_t longest_input() const;

  std::shared_ptr<const Token> token_;
  const Mechanism* mechanism_;
  SignatureAlgorithm algorithm_;
  std::optional<DigestOperation> hashing_;  ///< for mechanisms that take the message
  Bytes input_;                             ///< for the others
  bool has_parts_ = false;
};

/// Takes an operation out of its session, and with that ends it, whatever happens next.
template <class Operation>
Operation take(std::optional<Operation>& running) {
  Operation operation = std::move(*running);
  running.reset();
  return operation;
}

}  // namespace countersign::module
