// PKCS#11 v2.40 §5.12: functions for verifying signatures.
#include "module/verifying.h"

#include "module/boundary.h"

using namespace countersign::module;

extern "C" {

CK_RV C_VerifyInit(CK_SESSION_HANDLE session, CK_MECHANISM* mechanism, CK_OBJECT_HANDLE key) {
  return with_locked_session(session, [&](Provider&, Session& held, const auto& token) {
    return verify_init(held, token, mechanism, key);
  });
}

CK_RV C_Verify(CK_SESSION_HANDLE session, CK_BYTE* data, CK_ULONG length, CK_BYTE* signature,
               CK_ULONG signature_length) {
  return with_locked_session(session, [&](Provider&, Session& held, const auto&) {
    return verify(held, {data, length}, {signature, signature_length});
  });
}

CK_RV C_VerifyUpdate(CK_SESSION_HANDLE session, CK_BYTE* part, CK_ULONG length) {
  return with_locked_session(session, [&](Provider&, Session& held, const auto&) {
    return verify_update(held, {part, length});
  });
}

CK_RV C_VerifyFinal(CK_SESSION_HANDLE session, CK_BYTE* signature, CK_ULONG signature_length) {
  return with_locked_session(session, [&](Provider&, Session& held, const auto&) {
    return verify_final(held, {signature, signature_length});
  });
}

}  // extern "C"
