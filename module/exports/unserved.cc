// The functions a signing-only token does not serve: PKCS#11 v2.40 §5.8, §5.9, §5.13, §5.14, the
// operation states of §5.6 and the signatures with recovery of §5.11 and §5.12. Each still tells an
// uninitialised library and a bad session apart, and changes nothing.
#include "module/boundary.h"

using countersign::module::not_served;

extern "C" {

CK_RV C_GetOperationState(CK_SESSION_HANDLE session, CK_BYTE*, CK_ULONG*) {
  return not_served(session);
}
CK_RV C_SetOperationState(CK_SESSION_HANDLE session, CK_BYTE*, CK_ULONG, CK_OBJECT_HANDLE,
                          CK_OBJECT_HANDLE) {
  return not_served(session);
}

CK_RV C_EncryptInit(CK_SESSION_HANDLE session, CK_MECHANISM*, CK_OBJECT_HANDLE) {
  return not_served(session);
}
CK_RV C_Encrypt(CK_SESSION_HANDLE session, CK_BYTE*, CK_ULONG, CK_BYTE*, CK_ULONG*) {
  return not_served(session);
}
CK_RV C_EncryptUpdate(CK_SESSION_HANDLE session, CK_BYTE*, CK_ULONG, CK_BYTE*, CK_ULONG*) {
  return not_served(session);
}
CK_RV C_EncryptFinal(CK_SESSION_HANDLE session, CK_BYTE*, CK_ULONG*) {
  return not_served(session);
}

CK_RV C_DecryptInit(CK_SESSION_HANDLE session, CK_MECHANISM*, CK_OBJECT_HANDLE) {
  return not_served(session);
}
CK_RV C_Decrypt(CK_SESSION_HANDLE session, CK_BYTE*, CK_ULONG, CK_BYTE*, CK_ULONG*) {
  return not_served(session);
}
CK_RV C_DecryptUpdate(CK_SESSION_HANDLE session, CK_BYTE*, CK_ULONG, CK_BYTE*, CK_ULONG*) {
  return not_served(session);
}
CK_RV C_DecryptFinal(CK_SESSION_HANDLE session, CK_BYTE*, CK_ULONG*) {
  return not_served(session);
}

CK_RV C_SignRecoverInit(CK_SESSION_HANDLE session, CK_MECHANISM*, CK_OBJECT_HANDLE) {
  return not_served(session);
}
CK_RV C_SignRecover(CK_SESSION_HANDLE session, CK_BYTE*, CK_ULONG, CK_BYTE*, CK_ULONG*) {
  return not_served(session);
}

CK_RV C_VerifyRecoverInit(CK_SESSION_HANDLE session, CK_MECHANISM*, CK_OBJECT_HANDLE) {
  return not_served(session);
}
CK_RV C_VerifyRecover(CK_SESSION_HANDLE session, CK_BYTE*, CK_ULONG, CK_BYTE*, CK_ULONG*) {
  return not_served(session);
}

CK_RV C_DigestEncryptUpdate(CK_SESSION_HANDLE session, CK_BYTE*, CK_ULONG, CK_BYTE*, CK_ULONG*) {
  return not_served(session);
}
CK_RV C_DecryptDigestUpdate(CK_SESSION_HANDLE session, CK_BYTE*, CK_ULONG, CK_BYTE*, CK_ULONG*) {
  return not_served(session);
}
CK_RV C_SignEncryptUpdate(CK_SESSION_HANDLE session, CK_BYTE*, CK_ULONG, CK_BYTE*, CK_ULONG*) {
  return not_served(session);
}
CK_RV C_DecryptVerifyUpdate(CK_SESSION_HANDLE session, CK_BYTE*, CK_ULONG, CK_BYTE*, CK_ULONG*) {
  return not_served(session);
}

CK_RV C_GenerateKey(CK_SESSION_HANDLE session, CK_MECHANISM*, CK_ATTRIBUTE*, CK_ULONG,
                    CK_OBJECT_HANDLE*) {
  return not_served(session);
}
CK_RV C_GenerateKeyPair(CK_SESSION_HANDLE session, CK_MECHANISM*, CK_ATTRIBUTE*, CK_ULONG,
                        CK_ATTRIBUTE*, CK_ULONG, CK_OBJECT_HANDLE*, CK_OBJECT_HANDLE*) {
  return not_served(session);
}
CK_RV C_WrapKey(CK_SESSION_HANDLE session, CK_MECHANISM*, CK_OBJECT_HANDLE, CK_OBJECT_HANDLE,
                CK_BYTE*, CK_ULONG*) {
  return not_served(session);
}
CK_RV C_UnwrapKey(CK_SESSION_HANDLE session, CK_MECHANISM*, CK_OBJECT_HANDLE, CK_BYTE*, CK_ULONG,
                  CK_ATTRIBUTE*, CK_ULONG, CK_OBJECT_HANDLE*) {
  return not_served(session);
}
CK_RV C_DeriveKey(CK_SESSION_HANDLE session, CK_MECHANISM*, CK_OBJECT_HANDLE, CK_ATTRIBUTE*,
                  CK_ULONG, CK_OBJECT_HANDLE*) {
  return not_served(session);
}

}  // extern "C"
