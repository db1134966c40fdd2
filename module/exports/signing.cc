// PKCS#11 v2.40 §5.11: signing functions.
#include "module/signing.h"

#include "module/boundary.h"

using namespace countersign::module;

extern "C" {

CK_RV C_SignInit(CK_SESSION_HANDLE session, CK_MECHANISM* mechanism, CK_OBJECT_HANDLE key) {
  return with_locked_session(session, [&](Provider&, Session& held, const auto& token) {
    return sign_init(held, token, mechanism, key);
  });
}

CK_RV C_Sign(CK_SESSION_HANDLE session, CK_BYTE* data, CK_ULONG length, CK_BYTE* signature,
             CK_ULONG* signature_length) {
  return with_locked_session(session, [&](Provider& provider, Session& held, const auto&) {
    return sign(provider, held, {data, length}, {signature, signature_length});
  });
}

CK_RV C_SignUpdate(CK_SESSION_HANDLE session, CK_BYTE* part, CK_ULONG length) {
  return with_locked_session(session, [&](Provider&, Session& held, const auto&) {
    return sign_update(held, {part, length});
  });
}

CK_RV C_SignFinal(CK_SESSION_HANDLE session, CK_BYTE* signature, CK_ULONG* signature_length) {
  return with_locked_session(session, [&](Provider& provider, Session& held, const auto&) {
    return sign_final(provider, held, {signature, signature_length});
  });
}

}  // extern "C"
