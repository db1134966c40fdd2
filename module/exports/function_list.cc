// PKCS#11 v2.40 §5.4.4, v3.0 §5.4.4 to §5.4.6: the tables of all functions, and the interfaces.
// Everything here works before C_Initialize and touches no state.
#include <cstring>
#include <span>

#include "module/exports/general.h"
#include "module/lists.h"
#include "module/pkcs11_v3.h"

using namespace countersign::module;

namespace {

constexpr CK_FUNCTION_LIST functions_of_v2_40{{2, 40},
                                              C_Initialize,
                                              C_Finalize,
                                              C_GetInfo,
                                              C_GetFunctionList,
                                              C_GetSlotList,
                                              C_GetSlotInfo,
                                              C_GetTokenInfo,
                                              C_GetMechanismList,
                                              C_GetMechanismInfo,
                                              C_InitToken,
                                              C_InitPIN,
                                              C_SetPIN,
                                              C_OpenSession,
                                              C_CloseSession,
                                              C_CloseAllSessions,
                                              C_GetSessionInfo,
                                              C_GetOperationState,
                                              C_SetOperationState,
                                              C_Login,
                                              C_Logout,
                                              C_CreateObject,
                                              C_CopyObject,
                                              C_DestroyObject,
                                              C_GetObjectSize,
                                              C_GetAttributeValue,
                                              C_SetAttributeValue,
                                              C_FindObjectsInit,
                                              C_FindObjects,
                                              C_FindObjectsFinal,
                                              C_EncryptInit,
                                              C_Encrypt,
                                              C_EncryptUpdate,
                                              C_EncryptFinal,
                                              C_DecryptInit,
                                              C_Decrypt,
                                              C_DecryptUpdate,
                                              C_DecryptFinal,
                                              C_DigestInit,
                                              C_Digest,
                                              C_DigestUpdate,
                                              C_DigestKey,
                                              C_DigestFinal,
                                              C_SignInit,
                                              C_Sign,
                                              C_SignUpdate,
                                              C_SignFinal,
                                              C_SignRecoverInit,
                                              C_SignRecover,
                                              C_VerifyInit,
                                              C_Verify,
                                              C_VerifyUpdate,
                                              C_VerifyFinal,
                                              C_VerifyRecoverInit,
                                              C_VerifyRecover,
                                              C_DigestEncryptUpdate,
                                              C_DecryptDigestUpdate,
                                              C_SignEncryptUpdate,
                                              C_DecryptVerifyUpdate,
                                              C_GenerateKey,
                                              C_GenerateKeyPair,
                                              C_WrapKey,
                                              C_UnwrapKey,
                                              C_DeriveKey,
                                              C_SeedRandom,
                                              C_GenerateRandom,
                                              C_GetFunctionStatus,
                                              C_CancelFunction,
                                              C_WaitForSlotEvent};

/// C_GetInfo tells the version of the interface it is called through.
constexpr CK_FUNCTION_LIST common_functions_of_v3_0() {
  CK_FUNCTION_LIST functions = functions_of_v2_40;
  functions.version = {3, 0};
  functions.C_GetInfo = get_info_3_0;
  return functions;
}

// Not const, because the pointers that are given out are not.
constinit CK_FUNCTION_LIST list_2_40 = functions_of_v2_40;
constinit CK_FUNCTION_LIST_3_0 list_3_0{common_functions_of_v3_0(),
                                        C_GetInterfaceList,
                                        C_GetInterface,
                                        C_LoginUser,
                                        C_SessionCancel,
                                        C_MessageEncryptInit,
                                        C_EncryptMessage,
                                        C_EncryptMessageBegin,
                                        C_EncryptMessageNext,
                                        C_MessageEncryptFinal,
                                        C_MessageDecryptInit,
                                        C_DecryptMessage,
                                        C_DecryptMessageBegin,
                                        C_DecryptMessageNext,
                                        C_MessageDecryptFinal,
                                        C_MessageSignInit,
                                        C_SignMessage,
                                        C_SignMessageBegin,
                                        C_SignMessageNext,
                                        C_MessageSignFinal,
                                        C_MessageVerifyInit,
                                        C_VerifyMessage,
                                        C_VerifyMessageBegin,
                                        C_VerifyMessageNext,
                                        C_MessageVerifyFinal};

constinit CK_UTF8CHAR interface_name[] = "PKCS 11";

// The default first. Not CKF_INTERFACE_FORK_SAFE: a forked child has to initialise anew.
constinit CK_INTERFACE interfaces[] = {{interface_name, &list_3_0, 0},
                                       {interface_name, &list_2_40, 0}};

CK_VERSION version_of(const CK_INTERFACE& interface) {
  return *static_cast<const CK_VERSION*>(interface.pFunctionList);  // every list begins with it
}

/// What is null asks for the default; an interface must have all the flags that are asked for.
bool is_asked_for(const CK_INTERFACE& interface, const CK_UTF8CHAR* name, const CK_VERSION* version,
                  CK_FLAGS flags) {
  if (name != nullptr && std::strcmp(reinterpret_cast<const char*>(name),
                                     reinterpret_cast<const char*>(interface.pInterfaceName)) != 0)
    return false;
  const CK_VERSION has = version_of(interface);
  if (version != nullptr && (version->major != has.major || version->minor != has.minor))
    return false;
  return (flags & ~interface.flags) == 0;
}

}  // namespace

extern "C" {

CK_RV C_GetFunctionList(CK_FUNCTION_LIST** list) {
  if (list == nullptr) return CKR_ARGUMENTS_BAD;
  *list = &list_2_40;
  return CKR_OK;
}

CK_RV C_GetInterfaceList(CK_INTERFACE* list, CK_ULONG* count) {
  if (count == nullptr) return CKR_ARGUMENTS_BAD;
  return give_list(std::span<const CK_INTERFACE>(interfaces), list, count);
}

CK_RV C_GetInterface(CK_UTF8CHAR* name, CK_VERSION* version, CK_INTERFACE** found, CK_FLAGS flags) {
  if (found == nullptr) return CKR_ARGUMENTS_BAD;
  for (CK_INTERFACE& each : interfaces) {
    if (!is_asked_for(each, name, version, flags)) continue;
    *found = &each;
    return CKR_OK;
  }
  return CKR_ARGUMENTS_BAD;
}

}  // extern "C"
