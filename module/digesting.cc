#include "module/digesting.h"

#include <algorithm>

#include "module/mechanism.h"

namespace countersign::module {
namespace {

/// What is answered before any data is looked at, as the end of the operation where it is one.
std::optional<CK_RV> answer_length(Session& session, Output output) {
  const auto answer = answer_length(digest_size(session.digesting->hash), output);
  if (answer == CKR_ARGUMENTS_BAD) session.digesting.reset();
  return answer;
}

CK_RV complete(Digesting operation, Output output) {
  std::ranges::copy(operation.hashing.finish(), output.buffer);
  return CKR_OK;
}

}  // namespace

CK_RV digest_init(Session& session, const CK_MECHANISM* asked) {
  if (asked == nullptr) {
    session.digesting.reset();
    return CKR_OK;
  }
  if (session.digesting) return CKR_OPERATION_ACTIVE;
  const Hash hash = digest_hash(asked->mechanism);
  if (hash == Hash::none) return CKR_MECHANISM_INVALID;
  if (asked->ulParameterLen != 0) return CKR_MECHANISM_PARAM_INVALID;
  session.digesting.emplace(Digesting{hash, DigestOperation(hash)});
  return CKR_OK;
}

CK_RV digest(Session& session, DataInput data, Output output) {
  if (!session.digesting) return CKR_OPERATION_NOT_INITIALIZED;
  if (session.digesting->has_parts) {
    session.digesting.reset();
    return CKR_OPERATION_ACTIVE;
  }
  if (const auto answer = answer_length(session, output)) return *answer;
  Digesting operation = take(session.digesting);
  if (data.bad()) return CKR_ARGUMENTS_BAD;
  operation.hashing.update(data.view());
  return complete(std::move(operation), output);
}

CK_RV digest_update(Session& session, DataInput part) {
  if (!session.digesting) return CKR_OPERATION_NOT_INITIALIZED;
  if (part.bad()) {
    session.digesting.reset();
    return CKR_ARGUMENTS_BAD;
  }
  session.digesting->has_parts = true;
  session.digesting->hashing.update(part.view());
  return CKR_OK;
}

CK_RV digest_key(const Session& session, const Token& token, CK_OBJECT_HANDLE key) {
  if (!session.digesting) return CKR_OPERATION_NOT_INITIALIZED;
  return token.object(key) == nullptr ? CKR_KEY_HANDLE_INVALID : CKR_KEY_INDIGESTIBLE;
}

CK_RV digest_final(Session& session, Output output) {
  if (!session.digesting) return CKR_OPERATION_NOT_INITIALIZED;
  if (const auto answer = answer_length(session, output)) return *answer;
  return complete(take(session.digesting), output);
}

}  // namespace countersign::module
