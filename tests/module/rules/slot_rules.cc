// Slot and token management: PKCS#11 v2.40 §5.5.
#include "tests/module/rules/rule.h"

namespace countersign::test {
namespace {

// clang-format off
const Rule rules_of_slots[] = {
    {"C_GetSlotList", "5.5.1", "no place for the count", [](World&) { return C_GetSlotList(CK_TRUE, nullptr, nullptr); }, CKR_ARGUMENTS_BAD},
    {"C_GetSlotList", "5.5.1", "count asked for", [](World& w) { return C_GetSlotList(CK_TRUE, nullptr, &w.length); }, CKR_OK},
    {"C_GetSlotList", "5.5.1", "buffer too small", [](World& w) { w.length = 3; CK_SLOT_ID list[3]; return C_GetSlotList(CK_TRUE, list, &w.length); }, CKR_BUFFER_TOO_SMALL},
    {"C_GetSlotList", "5.5.1", "buffer of the size", [](World& w) { w.length = 4; CK_SLOT_ID list[4]; return C_GetSlotList(CK_TRUE, list, &w.length); }, CKR_OK},
    {"C_GetSlotInfo", "5.5.2", "no such slot", [](World&) { CK_SLOT_INFO i; return C_GetSlotInfo(5, &i); }, CKR_SLOT_ID_INVALID},
    {"C_GetSlotInfo", "5.5.2", "no place for the answer", [](World& w) { return C_GetSlotInfo(w.slot, nullptr); }, CKR_ARGUMENTS_BAD},
    {"C_GetSlotInfo", "5.5.2", "all is well", [](World& w) { CK_SLOT_INFO i; return C_GetSlotInfo(w.slot, &i); }, CKR_OK},
    {"C_GetTokenInfo", "5.5.3", "no such slot", [](World&) { CK_TOKEN_INFO i; return C_GetTokenInfo(5, &i); }, CKR_SLOT_ID_INVALID},
    {"C_GetTokenInfo", "5.5.3", "no place for the answer", [](World& w) { return C_GetTokenInfo(w.slot, nullptr); }, CKR_ARGUMENTS_BAD},
    {"C_GetTokenInfo", "5.5.3", "all is well", [](World& w) { CK_TOKEN_INFO i; return C_GetTokenInfo(w.slot, &i); }, CKR_OK},
    {"C_WaitForSlotEvent", "5.5.4", "no place for the answer", [](World&) { return C_WaitForSlotEvent(CKF_DONT_BLOCK, nullptr, nullptr); }, CKR_ARGUMENTS_BAD},
    {"C_WaitForSlotEvent", "5.5.4", "reserved pointer", [](World& w) { CK_SLOT_ID s = 0; return C_WaitForSlotEvent(CKF_DONT_BLOCK, &s, &w); }, CKR_ARGUMENTS_BAD},
    {"C_WaitForSlotEvent", "5.5.4", "not to wait", [](World&) { CK_SLOT_ID s = 0; return C_WaitForSlotEvent(CKF_DONT_BLOCK, &s, nullptr); }, CKR_NO_EVENT},
    {"C_WaitForSlotEvent", "5.5.4", "to wait", [](World&) { CK_SLOT_ID s = 0; return C_WaitForSlotEvent(0, &s, nullptr); }, CKR_FUNCTION_NOT_SUPPORTED},
    {"C_GetMechanismList", "5.5.5", "no such slot", [](World& w) { return C_GetMechanismList(5, nullptr, &w.length); }, CKR_SLOT_ID_INVALID},
    {"C_GetMechanismList", "5.5.5", "no place for the count", [](World& w) { return C_GetMechanismList(w.slot, nullptr, nullptr); }, CKR_ARGUMENTS_BAD},
    {"C_GetMechanismList", "5.5.5", "buffer too small", [](World& w) { w.length = 1; CK_MECHANISM_TYPE one; return C_GetMechanismList(w.slot, &one, &w.length); }, CKR_BUFFER_TOO_SMALL},
    {"C_GetMechanismInfo", "5.5.6", "no such slot", [](World&) { CK_MECHANISM_INFO i; return C_GetMechanismInfo(5, CKM_RSA_PKCS, &i); }, CKR_SLOT_ID_INVALID},
    {"C_GetMechanismInfo", "5.5.6", "no place for the answer", [](World& w) { return C_GetMechanismInfo(w.slot, CKM_RSA_PKCS, nullptr); }, CKR_ARGUMENTS_BAD},
    {"C_GetMechanismInfo", "5.5.6", "mechanism never served", [](World& w) { CK_MECHANISM_INFO i; return C_GetMechanismInfo(w.slot, CKM_RSA_X_509, &i); }, CKR_MECHANISM_INVALID},
    {"C_GetMechanismInfo", "5.5.6", "mechanism of another key", [](World& w) { CK_MECHANISM_INFO i; return C_GetMechanismInfo(w.slot, CKM_ECDSA, &i); }, CKR_MECHANISM_INVALID},
    {"C_GetMechanismInfo", "5.5.6", "all is well", [](World& w) { CK_MECHANISM_INFO i; return C_GetMechanismInfo(w.slot, CKM_RSA_PKCS, &i); }, CKR_OK},
    {"C_InitToken", "5.5.7", "no such slot", [](World& w) { return C_InitToken(5, w.bytes(), w.size(), w.out()); }, CKR_SLOT_ID_INVALID},
    {"C_InitToken", "5.5.7", "always", [](World& w) { return C_InitToken(w.slot, w.bytes(), w.size(), w.out()); }, CKR_TOKEN_WRITE_PROTECTED},
    {"C_InitPIN", "5.5.8", "read-only session", [](World& w) { return C_InitPIN(w.session, w.bytes(), w.size()); }, CKR_SESSION_READ_ONLY},
    {"C_InitPIN", "5.5.8", "read-write session", [](World& w) { return C_InitPIN(w.writes, w.bytes(), w.size()); }, CKR_TOKEN_WRITE_PROTECTED},
    {"C_SetPIN", "5.5.9", "read-only session", [](World& w) { return C_SetPIN(w.session, w.bytes(), w.size(), w.bytes(), w.size()); }, CKR_SESSION_READ_ONLY},
    {"C_SetPIN", "5.5.9", "read-write session", [](World& w) { return C_SetPIN(w.writes, w.bytes(), w.size(), w.bytes(), w.size()); }, CKR_TOKEN_WRITE_PROTECTED},
};
// clang-format on

}  // namespace

std::span<const Rule> slot_rules() {
  return rules_of_slots;
}

}  // namespace countersign::test
