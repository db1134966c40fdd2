// PKCS#11 v2.40 §5.5: slot and token management.
#include <span>

#include "module/boundary.h"
#include "module/lists.h"
#include "module/mechanism.h"
#include "module/padded.h"
#include "module/version.h"

using namespace countersign::module;

namespace {

/// Runs body(Provider&, const Token&) for a slot with its token in it.
template <class Body>
CK_RV with_token(CK_SLOT_ID slot, Body&& body) {
  return with_provider([&](Provider& provider) -> CK_RV {
    const auto token = provider.slots().token(slot);
    if (!token) return token.error();
    return body(provider, **token);
  });
}

CK_SLOT_INFO slot_info(const Token* token) {
  CK_SLOT_INFO info{};
  fill_padded(info.slotDescription, "Countersign signer");
  fill_padded(info.manufacturerID, "Countersign");
  // Removable, because a signer goes when the caller is no longer its member (§3.2).
  info.flags = CKF_REMOVABLE_DEVICE;
  if (token != nullptr) info.flags |= CKF_TOKEN_PRESENT;
  info.hardwareVersion = library_version();
  info.firmwareVersion = library_version();
  return info;
}

}  // namespace

extern "C" {

CK_RV C_GetSlotList(CK_BBOOL token_present, CK_SLOT_ID* list, CK_ULONG* count) {
  return with_provider([&](Provider& provider) -> CK_RV {
    if (count == nullptr) return CKR_ARGUMENTS_BAD;
    if (list == nullptr) provider.slots().refresh();
    const std::vector<CK_SLOT_ID> ids = provider.slots().ids(token_present != CK_FALSE);
    return give_list(std::span<const CK_SLOT_ID>(ids), list, count);
  });
}

CK_RV C_GetSlotInfo(CK_SLOT_ID slot, CK_SLOT_INFO* info) {
  return with_provider([&](Provider& provider) -> CK_RV {
    if (info == nullptr) return CKR_ARGUMENTS_BAD;
    const auto token = provider.slots().token(slot);
    if (!token && token.error() == CKR_SLOT_ID_INVALID) return token.error();
    *info = slot_info(token ? token->get() : nullptr);
    return CKR_OK;
  });
}

CK_RV C_GetTokenInfo(CK_SLOT_ID slot, CK_TOKEN_INFO* info) {
  return with_token(slot, [&](Provider& provider, const Token& token) -> CK_RV {
    if (info == nullptr) return CKR_ARGUMENTS_BAD;
    *info = token.info(provider.sessions().count(slot));
    return CKR_OK;
  });
}

CK_RV C_GetMechanismList(CK_SLOT_ID slot, CK_MECHANISM_TYPE* list, CK_ULONG* count) {
  return with_token(slot, [&](Provider&, const Token& token) -> CK_RV {
    if (count == nullptr) return CKR_ARGUMENTS_BAD;
    const auto served = served_mechanisms(token.key_use());
    return give_list(std::span<const CK_MECHANISM_TYPE>(served), list, count);
  });
}

CK_RV C_GetMechanismInfo(CK_SLOT_ID slot, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO* info) {
  return with_token(slot, [&](Provider&, const Token& token) -> CK_RV {
    if (info == nullptr) return CKR_ARGUMENTS_BAD;
    const auto served = mechanism_info(type, token.key_use());
    if (!served) return CKR_MECHANISM_INVALID;
    *info = *served;
    return CKR_OK;
  });
}

// Waiting needs somebody who tells when a signer comes or goes; the gateway does not.
CK_RV C_WaitForSlotEvent(CK_FLAGS flags, CK_SLOT_ID* slot, void* reserved) {
  return with_provider([&](Provider&) -> CK_RV {
    if (slot == nullptr || reserved != nullptr) return CKR_ARGUMENTS_BAD;
    return (flags & CKF_DONT_BLOCK) != 0 ? CKR_NO_EVENT : CKR_FUNCTION_NOT_SUPPORTED;
  });
}

CK_RV C_InitToken(CK_SLOT_ID slot, CK_UTF8CHAR*, CK_ULONG, CK_UTF8CHAR*) {
  return with_token(slot,
                    [](Provider&, const Token&) -> CK_RV { return CKR_TOKEN_WRITE_PROTECTED; });
}

CK_RV C_InitPIN(CK_SESSION_HANDLE session, CK_UTF8CHAR*, CK_ULONG) {
  return with_session(session, [](Provider&, Session& held, const auto&) -> CK_RV {
    return held.read_write ? CKR_TOKEN_WRITE_PROTECTED : CKR_SESSION_READ_ONLY;
  });
}

CK_RV C_SetPIN(CK_SESSION_HANDLE session, CK_UTF8CHAR*, CK_ULONG, CK_UTF8CHAR*, CK_ULONG) {
  return with_session(session, [](Provider&, Session& held, const auto&) -> CK_RV {
    return held.read_write ? CKR_TOKEN_WRITE_PROTECTED : CKR_SESSION_READ_ONLY;
  });
}

}  // extern "C"
