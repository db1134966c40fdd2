#include "module/signing.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace countersign::module {
namespace {

/// What is answered before any data is looked at, as the end of the operation where it is one.
std::optional<CK_RV> answer_length(Session& session, Output output) {
  const auto answer = answer_length(session.signing->signature_size(), output);
  if (answer == CKR_ARGUMENTS_BAD) session.signing.reset();
  return answer;
}

CK_RV complete(Provider& provider, CK_SLOT_ID slot, SignatureOperation operation, Output output) {
  const auto input = operation.finish();
  if (!input) return input.error();
  const auto signature = provider.sign(slot, operation, *input);
  if (!signature) return signature.error();
  std::ranges::copy(*signature, output.buffer);
  return CKR_OK;
}

}  // namespace

CK_RV sign_init(Session& session, std::shared_ptr<const Token> token, const CK_MECHANISM* asked,
                CK_OBJECT_HANDLE key) {
  if (asked == nullptr) {
    session.signing.reset();
    return CKR_OK;
  }
  if (session.signing) return CKR_OPERATION_ACTIVE;
  auto operation = SignatureOperation::begin(std::move(token), *asked, key, SignaturePurpose::sign);
  if (!operation) return operation.error();
  session.signing.emplace(std::move(*operation));
  return CKR_OK;
}

CK_RV sign(Provider& provider, Session& session, DataInput data, Output output) {
  if (!session.signing) return CKR_OPERATION_NOT_INITIALIZED;
  if (session.signing->has_parts()) {
    session.signing.reset();
    return CKR_OPERATION_ACTIVE;
  }
  if (const auto answer = answer_length(session, output)) return *answer;
  SignatureOperation operation = take(session.signing);
  if (data.bad()) return CKR_ARGUMENTS_BAD;
  if (const CK_RV added = operation.update(data.view()); added != CKR_OK) return added;
  return complete(provider, session.slot, std::move(operation), output);
}

CK_RV sign_update(Session& session, DataInput part) {
  if (!session.signing) return CKR_OPERATION_NOT_INITIALIZED;
  const CK_RV added = part.bad() ? CKR_ARGUMENTS_BAD : session.signing->update(part.view());
  if (added != CKR_OK) session.signing.reset();
  return added;
}

CK_RV sign_final(Provider& provider, Session& session, Output output) {
  if (!session.signing) return CKR_OPERATION_NOT_INITIALIZED;
  if (const auto answer = answer_length(session, output)) return *answer;
  return complete(provider, session.slot, take(session.signing), output);
}

}  // namespace countersign::module
