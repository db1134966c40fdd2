// What PKCS#11 v3.0 adds to v2.40 and p11-kit's header of that version lacks: interfaces, and the
// functions that are found through them.
#pragma once

#include "module/pkcs11.h"

/// §3.6: an interface, as C_GetInterface gives it out.
struct CK_INTERFACE {
  CK_UTF8CHAR* pInterfaceName;
  void* pFunctionList;
  CK_FLAGS flags;
};

inline constexpr CK_FLAGS CKF_INTERFACE_FORK_SAFE = 0x1;

/// §5.6.5: what C_SessionCancel can end besides the operations that flags of v2.40 name.
inline constexpr CK_FLAGS CKF_FIND_OBJECTS = 0x40;

#pragma GCC visibility push(default)
extern "C" {

CK_RV C_GetInterfaceList(CK_INTERFACE* list, CK_ULONG* count);
CK_RV C_GetInterface(CK_UTF8CHAR* name, CK_VERSION* version, CK_INTERFACE** found, CK_FLAGS flags);
CK_RV C_LoginUser(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR* pin, CK_ULONG length,
                  CK_UTF8CHAR* name, CK_ULONG name_length);
CK_RV C_SessionCancel(CK_SESSION_HANDLE session, CK_FLAGS flags);

CK_RV C_MessageEncryptInit(CK_SESSION_HANDLE session, CK_MECHANISM* mechanism,
                           CK_OBJECT_HANDLE key);
CK_RV C_EncryptMessage(CK_SESSION_HANDLE session, void* parameter, CK_ULONG parameter_length,
                       CK_BYTE* associated, CK_ULONG associated_length, CK_BYTE* plain,
                       CK_ULONG plain_length, CK_BYTE* cipher, CK_ULONG* cipher_length);
CK_RV C_EncryptMessageBegin(CK_SESSION_HANDLE session, void* parameter, CK_ULONG parameter_length,
                            CK_BYTE* associated, CK_ULONG associated_length);
CK_RV C_EncryptMessageNext(CK_SESSION_HANDLE session, void* parameter, CK_ULONG parameter_length,
                           CK_BYTE* plain, CK_ULONG plain_length, CK_BYTE* cipher,
                           CK_ULONG* cipher_length, CK_FLAGS flags);
CK_RV C_MessageEncryptFinal(CK_SESSION_HANDLE session);

CK_RV C_MessageDecryptInit(CK_SESSION_HANDLE session, CK_MECHANISM* mechanism,
                           CK_OBJECT_HANDLE key);
CK_RV C_DecryptMessage(CK_SESSION_HANDLE session, void* parameter, CK_ULONG parameter_length,
                       CK_BYTE* associated, CK_ULONG associated_length, CK_BYTE* cipher,
                       CK_ULONG cipher_length, CK_BYTE* plain, CK_ULONG* plain_length);
CK_RV C_DecryptMessageBegin(CK_SESSION_HANDLE session, void* parameter, CK_ULONG parameter_length,
                            CK_BYTE* associated, CK_ULONG associated_length);
CK_RV C_DecryptMessageNext(CK_SESSION_HANDLE session, void* parameter, CK_ULONG parameter_length,
                           CK_BYTE* cipher, CK_ULONG cipher_length, CK_BYTE* plain,
                           CK_ULONG* plain_length, CK_FLAGS flags);
CK_RV C_MessageDecryptFinal(CK_SESSION_HANDLE session);

CK_RV C_MessageSignInit(CK_SESSION_HANDLE session, CK_MECHANISM* mechanism, CK_OBJECT_HANDLE key);
CK_RV C_SignMessage(CK_SESSION_HANDLE session, void* parameter, CK_ULONG parameter_length,
                    CK_BYTE* data, CK_ULONG length, CK_BYTE* signature, CK_ULONG* signature_length);
CK_RV C_SignMessageBegin(CK_SESSION_HANDLE session, void* parameter, CK_ULONG parameter_length);
CK_RV C_SignMessageNext(CK_SESSION_HANDLE session, void* parameter, CK_ULONG parameter_length,
                        CK_BYTE* data, CK_ULONG length, CK_BYTE* signature,
                        CK_ULONG* signature_length);
CK_RV C_MessageSignFinal(CK_SESSION_HANDLE session);

CK_RV C_MessageVerifyInit(CK_SESSION_HANDLE session, CK_MECHANISM* mechanism, CK_OBJECT_HANDLE key);
CK_RV C_VerifyMessage(CK_SESSION_HANDLE session, void* parameter, CK_ULONG parameter_length,
                      CK_BYTE* data, CK_ULONG length, CK_BYTE* signature,
                      CK_ULONG signature_length);
CK_RV C_VerifyMessageBegin(CK_SESSION_HANDLE session, void* parameter, CK_ULONG parameter_length);
CK_RV C_VerifyMessageNext(CK_SESSION_HANDLE session, void* parameter, CK_ULONG parameter_length,
                          CK_BYTE* data, CK_ULONG length, CK_BYTE* signature,
                          CK_ULONG signature_length);
CK_RV C_MessageVerifyFinal(CK_SESSION_HANDLE session);

}  // extern "C"
#pragma GCC visibility pop

/// §5.4.4: the functions of v3.0. Its first part is laid out as the list of v2.40; the version in
/// it says 3.0.
struct CK_FUNCTION_LIST_3_0 {
  CK_FUNCTION_LIST common;
  decltype(&::C_GetInterfaceList) C_GetInterfaceList;
  decltype(&::C_GetInterface) C_GetInterface;
  decltype(&::C_LoginUser) C_LoginUser;
  decltype(&::C_SessionCancel) C_SessionCancel;
  decltype(&::C_MessageEncryptInit) C_MessageEncryptInit;
  decltype(&::C_EncryptMessage) C_EncryptMessage;
  decltype(&::C_EncryptMessageBegin) C_EncryptMessageBegin;
  decltype(&::C_EncryptMessageNext) C_EncryptMessageNext;
  decltype(&::C_MessageEncryptFinal) C_MessageEncryptFinal;
  decltype(&::C_MessageDecryptInit) C_MessageDecryptInit;
  decltype(&::C_DecryptMessage) C_DecryptMessage;
  decltype(&::C_DecryptMessageBegin) C_DecryptMessageBegin;
  decltype(&::C_DecryptMessageNext) C_DecryptMessageNext;
  decltype(&::C_MessageDecryptFinal) C_MessageDecryptFinal;
  decltype(&::C_MessageSignInit) C_MessageSignInit;
  decltype(&::C_SignMessage) C_SignMessage;
  decltype(&::C_SignMessageBegin) C_SignMessageBegin;
  decltype(&::C_SignMessageNext) C_SignMessageNext;
  decltype(&::C_MessageSignFinal) C_MessageSignFinal;
  decltype(&::C_MessageVerifyInit) C_MessageVerifyInit;
  decltype(&::C_VerifyMessage) C_VerifyMessage;
  decltype(&::C_VerifyMessageBegin) C_VerifyMessageBegin;
  decltype(&::C_VerifyMessageNext) C_VerifyMessageNext;
  decltype(&::C_MessageVerifyFinal) C_MessageVerifyFinal;
};
