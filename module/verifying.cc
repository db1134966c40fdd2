#include "module/verifying.h"

#include <utility>

namespace countersign::module {
namespace {

CK_RV complete(SignatureOperation operation, DataInput signature) {
  if (signature.bad()) return CKR_ARGUMENTS_BAD;
  const auto input = operation.finish();
  if (!input) return input.error();
  if (signature.view().size() != operation.signature_size()) return CKR_SIGNATURE_LEN_RANGE;
  return operation.token().key().verify(*input, signature.view()) ? CKR_OK : CKR_SIGNATURE_INVALID;
}

}  // namespace

CK_RV verify_init(Session& session, std::shared_ptr<const Token> token, const CK_MECHANISM* asked,
                  CK_OBJECT_HANDLE key) {
  if (asked == nullptr) {
    session.verifying.reset();
    return CKR_OK;
  }
  if (session.verifying) return CKR_OPERATION_ACTIVE;
  auto operation =
      SignatureOperation::begin(std::move(token), *asked, key, SignaturePurpose::verify);
  if (!operation) return operation.error();
  session.verifying.emplace(std::move(*operation));
  return CKR_OK;
}

CK_RV verify(Session& session, DataInput data, DataInput signature) {
  if (!session.verifying) return CKR_OPERATION_NOT_INITIALIZED;
  SignatureOperation operation = take(session.verifying);
  if (operation.has_parts()) return CKR_OPERATION_ACTIVE;
  if (data.bad()) return CKR_ARGUMENTS_BAD;
  if (const CK_RV added = operation.update(data.view()); added != CKR_OK) return added;
  return complete(std::move(operation), signature);
}

CK_RV verify_update(Session& session, DataInput part) {
  if (!session.verifying) return CKR_OPERATION_NOT_INITIALIZED;
  const CK_RV added = part.bad() ? CKR_ARGUMENTS_BAD : session.verifying->update(part.view());
  if (added != CKR_OK) session.verifying.reset();
  return added;
}

CK_RV verify_final(Session& session, DataInput signature) {
  if (!session.verifying) return CKR_OPERATION_NOT_INITIALIZED;
  return complete(take(session.verifying), signature);
}

}  // namespace countersign::module
