// PKCS#11 v3.0 §5.9, §5.11, §5.14 and §5.16: message-based functions. They spare applications the
// C_*Init of each message of one key; a signature that is decided upon each time has nothing to
// spare, so none is served. Each still tells an uninitialised library and a bad session apart.
#include "module/boundary.h"
#include "module/pkcs11_v3.h"

using countersign::module::not_served;

extern "C" {

CK_RV C_MessageEncryptInit(CK_SESSION_HANDLE session, CK_MECHANISM*, CK_OBJECT_HANDLE) {
  return not_served(session);
}
CK_RV C_EncryptMessage(CK_SESSION_HANDLE session, void*, CK_ULONG, CK_BYTE*, CK_ULONG, CK_BYTE*,
                       CK_ULONG, CK_BYTE*, CK_ULONG*) {
  return not_served(session);
}
CK_RV C_EncryptMessageBegin(CK_SESSION_HANDLE session, void*, CK_ULONG, CK_BYTE*, CK_ULONG) {
  return not_served(session);
}
CK_RV C_EncryptMessageNext(CK_SESSION_HANDLE session, void*, CK_ULONG, CK_BYTE*, CK_ULONG, CK_BYTE*,
                           CK_ULONG*, CK_FLAGS) {
  return not_served(session);
}
CK_RV C_MessageEncryptFinal(CK_SESSION_HANDLE session) {
  return not_served(session);
}

CK_RV C_MessageDecryptInit(CK_SESSION_HANDLE session, CK_MECHANISM*, CK_OBJECT_HANDLE) {
  return not_served(session);
}
CK_RV C_DecryptMessage(CK_SESSION_HANDLE session, void*, CK_ULONG, CK_BYTE*, CK_ULONG, CK_BYTE*,
                       CK_ULONG, CK_BYTE*, CK_ULONG*) {
  return not_served(session);
}
CK_RV C_DecryptMessageBegin(CK_SESSION_HANDLE session, void*, CK_ULONG, CK_BYTE*, CK_ULONG) {
  return not_served(session);
}
CK_RV C_DecryptMessageNext(CK_SESSION_HANDLE session, void*, CK_ULONG, CK_BYTE*, CK_ULONG, CK_BYTE*,
                           CK_ULONG*, CK_FLAGS) {
  return not_served(session);
}
CK_RV C_MessageDecryptFinal(CK_SESSION_HANDLE session) {
  return not_served(session);
}

CK_RV C_MessageSignInit(CK_SESSION_HANDLE session, CK_MECHANISM*, CK_OBJECT_HANDLE) {
  return not_served(session);
}
CK_RV C_SignMessage(CK_SESSION_HANDLE session, void*, CK_ULONG, CK_BYTE*, CK_ULONG, CK_BYTE*,
                    CK_ULONG*) {
  return not_served(session);
}
CK_RV C_SignMessageBegin(CK_SESSION_HANDLE session, void*, CK_ULONG) {
  return not_served(session);
}
CK_RV C_SignMessageNext(CK_SESSION_HANDLE session, void*, CK_ULONG, CK_BYTE*, CK_ULONG, CK_BYTE*,
                        CK_ULONG*) {
  return not_served(session);
}
CK_RV C_MessageSignFinal(CK_SESSION_HANDLE session) {
  return not_served(session);
}

CK_RV C_MessageVerifyInit(CK_SESSION_HANDLE session, CK_MECHANISM*, CK_OBJECT_HANDLE) {
  return not_served(session);
}
CK_RV C_VerifyMessage(CK_SESSION_HANDLE session, void*, CK_ULONG, CK_BYTE*, CK_ULONG, CK_BYTE*,
                      CK_ULONG) {
  return not_served(session);
}
CK_RV C_VerifyMessageBegin(CK_SESSION_HANDLE session, void*, CK_ULONG) {
  return not_served(session);
}
CK_RV C_VerifyMessageNext(CK_SESSION_HANDLE session, void*, CK_ULONG, CK_BYTE*, CK_ULONG, CK_BYTE*,
                          CK_ULONG) {
  return not_served(session);
}
CK_RV C_MessageVerifyFinal(CK_SESSION_HANDLE session) {
  return not_served(session);
}

}  // extern "C"
