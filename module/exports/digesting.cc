// PKCS#11 v2.40 §5.10: message digesting functions.
#include "module/digesting.h"

#include "module/boundary.h"

using namespace countersign::module;

extern "C" {

CK_RV C_DigestInit(CK_SESSION_HANDLE session, CK_MECHANISM* mechanism) {
  return with_locked_session(
      session, [&](Provider&, Session& held, const auto&) { return digest_init(held, mechanism); });
}

CK_RV C_Digest(CK_SESSION_HANDLE session, CK_BYTE* data, CK_ULONG length, CK_BYTE* result,
               CK_ULONG* result_length) {
  return with_locked_session(session, [&](Provider&, Session& held, const auto&) {
    return digest(held, {data, length}, {result, result_length});
  });
}

CK_RV C_DigestUpdate(CK_SESSION_HANDLE session, CK_BYTE* part, CK_ULONG length) {
  return with_locked_session(session, [&](Provider&, Session& held, const auto&) {
    return digest_update(held, {part, length});
  });
}

CK_RV C_DigestKey(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key) {
  return with_locked_session(session, [&](Provider&, Session& held, const auto& token) {
    return digest_key(held, *token, key);
  });
}

CK_RV C_DigestFinal(CK_SESSION_HANDLE session, CK_BYTE* result, CK_ULONG* result_length) {
  return with_locked_session(session, [&](Provider&, Session& held, const auto&) {
    return digest_final(held, {result, result_length});
  });
}

}  // extern "C"
