#include "module/signing.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace countersign::module {
namespace {

/// What is decided before any data is looked at: a bad pointer, a length query, a short buffer.
/// Nothing when there is a buffer to sign into.
std::optional<CK_RV> answer_length(const SignOperation& operation, SignatureOutput output) {
  if (output.length == nullptr) return CKR_ARGUMENTS_BAD;
  const CK_ULONG size = operation.signature_size();
  const CK_ULONG room = std::exchange(*output.length, size);
  if (output.buffer == nullptr) return CKR_OK;
  if (room < size) return CKR_BUFFER_TOO_SMALL;
  return std::nullopt;
}

CK_RV complete(Provider& provider, CK_SLOT_ID slot, SignOperation operation,
               SignatureOutput output) {
  const auto input = operation.finish();
  if (!input) return input.error();
  const auto signature = provider.sign(slot, operation, *input);
  if (!signature) return signature.error();
  std::ranges::copy(*signature, output.buffer);
  return CKR_OK;
}

/// Takes the operation out of the session, and with that ends it, whatever happens next.
SignOperation take(Session& session) {
  SignOperation operation = std::move(*session.signing);
  session.signing.reset();
  return operation;
}

}  // namespace

CK_RV sign_init(Session& session, std::shared_ptr<const Token> token, const CK_MECHANISM* asked,
                CK_OBJECT_HANDLE key) {
  if (asked == nullptr) {
    session.signing.reset();
    return CKR_OK;
  }
  if (session.signing) return CKR_OPERATION_ACTIVE;
  auto operation = SignOperation::begin(std::move(token), *asked, key);
  if (!operation) return operation.error();
  session.signing.emplace(std::move(*operation));
  return CKR_OK;
}

CK_RV sign(Provider& provider, Session& session, DataInput data, SignatureOutput output) {
  if (!session.signing) return CKR_OPERATION_NOT_INITIALIZED;
  if (session.signing->has_parts()) {
    session.signing.reset();
    return CKR_OPERATION_ACTIVE;
  }
  if (const auto answer = answer_length(*session.signing, output)) {
    if (*answer == CKR_ARGUMENTS_BAD) session.signing.reset();
    return *answer;
  }
  SignOperation operation = take(session);
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

CK_RV sign_final(Provider& provider, Session& session, SignatureOutput output) {
  if (!session.signing) return CKR_OPERATION_NOT_INITIALIZED;
  if (const auto answer = answer_length(*session.signing, output)) {
    if (*answer == CKR_ARGUMENTS_BAD) session.signing.reset();
    return *answer;
  }
  return complete(provider, session.slot, take(session), output);
}

}  // namespace countersign::module
