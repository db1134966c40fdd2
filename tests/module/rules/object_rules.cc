// Object management: PKCS#11 v2.40 §5.7.
#include "tests/module/rules/rule.h"

namespace countersign::test {
namespace {

CK_RV read(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE entry) {
  return C_GetAttributeValue(session, object, &entry, 1);
}

CK_RV find_init(CK_SESSION_HANDLE session, CK_ATTRIBUTE entry) {
  return C_FindObjectsInit(session, &entry, 1);
}

// clang-format off
const Rule rules_of_objects[] = {
    {"C_CreateObject", "5.7.1", "closed session", [](World& w) { return C_CreateObject(w.closed, nullptr, 0, &w.length); }, CKR_SESSION_HANDLE_INVALID},
    {"C_CreateObject", "5.7.1", "read-only session", [](World& w) { return C_CreateObject(w.session, nullptr, 0, &w.length); }, CKR_SESSION_READ_ONLY},
    {"C_CreateObject", "5.7.1", "read-write session", [](World& w) { return C_CreateObject(w.writes, nullptr, 0, &w.length); }, CKR_TOKEN_WRITE_PROTECTED},
    {"C_CopyObject", "5.7.2", "no such object", [](World& w) { return C_CopyObject(w.writes, 5, nullptr, 0, &w.length); }, CKR_OBJECT_HANDLE_INVALID},
    {"C_CopyObject", "5.7.2", "any object", [](World& w) { return C_CopyObject(w.writes, w.key, nullptr, 0, &w.length); }, CKR_ACTION_PROHIBITED},
    {"C_DestroyObject", "5.7.3", "no such object", [](World& w) { return C_DestroyObject(w.writes, 5); }, CKR_OBJECT_HANDLE_INVALID},
    {"C_DestroyObject", "5.7.3", "read-only session", [](World& w) { return C_DestroyObject(w.session, w.key); }, CKR_SESSION_READ_ONLY},
    {"C_DestroyObject", "5.7.3", "read-write session", [](World& w) { return C_DestroyObject(w.writes, w.certificate); }, CKR_ACTION_PROHIBITED},
    {"C_GetObjectSize", "5.7.4", "no such object", [](World& w) { return C_GetObjectSize(w.session, 5, &w.length); }, CKR_OBJECT_HANDLE_INVALID},
    {"C_GetObjectSize", "5.7.4", "no place for the answer", [](World& w) { return C_GetObjectSize(w.session, w.key, nullptr); }, CKR_ARGUMENTS_BAD},
    {"C_GetObjectSize", "5.7.4", "all is well", [](World& w) { return C_GetObjectSize(w.session, w.key, &w.length); }, CKR_OK},
    {"C_GetAttributeValue", "5.7.5", "closed session", [](World& w) { return read(w.closed, w.key, {CKA_LABEL, nullptr, 0}); }, CKR_SESSION_HANDLE_INVALID},
    {"C_GetAttributeValue", "5.7.5", "no such object", [](World& w) { return read(w.session, 5, {CKA_LABEL, nullptr, 0}); }, CKR_OBJECT_HANDLE_INVALID},
    {"C_GetAttributeValue", "5.7.5", "object of another token", [](World& w) { return read(w.session, w.foreign, {CKA_LABEL, nullptr, 0}); }, CKR_OBJECT_HANDLE_INVALID},
    {"C_GetAttributeValue", "5.7.5", "no template", [](World& w) { return C_GetAttributeValue(w.session, w.key, nullptr, 1); }, CKR_ARGUMENTS_BAD},
    {"C_GetAttributeValue", "5.7.5", "length asked for", [](World& w) { return read(w.session, w.key, {CKA_LABEL, nullptr, 0}); }, CKR_OK},
    {"C_GetAttributeValue", "5.7.5", "buffer too small", [](World& w) { return read(w.session, w.key, {CKA_LABEL, w.out(), 2}); }, CKR_BUFFER_TOO_SMALL},
    {"C_GetAttributeValue", "5.7.5", "secret", [](World& w) { return read(w.session, w.key, {CKA_PRIVATE_EXPONENT, w.out(), 1024}); }, CKR_ATTRIBUTE_SENSITIVE},
    {"C_GetAttributeValue", "5.7.5", "attribute the object has not", [](World& w) { return read(w.session, w.certificate, {CKA_MODULUS, w.out(), 1024}); }, CKR_ATTRIBUTE_TYPE_INVALID},
    {"C_GetAttributeValue", "5.7.5", "during all operations", [](World& w) { w.searching().signing().verifying().digesting(); return read(w.session, w.key, {CKA_ALWAYS_AUTHENTICATE, w.out(), 1}); }, CKR_OK, search | signature | verification | digest},
    {"C_SetAttributeValue", "5.7.6", "no such object", [](World& w) { return C_SetAttributeValue(w.writes, 5, nullptr, 0); }, CKR_OBJECT_HANDLE_INVALID},
    {"C_SetAttributeValue", "5.7.6", "read-only session", [](World& w) { return C_SetAttributeValue(w.session, w.key, nullptr, 0); }, CKR_SESSION_READ_ONLY},
    {"C_SetAttributeValue", "5.7.6", "read-write session", [](World& w) { return C_SetAttributeValue(w.writes, w.key, nullptr, 0); }, CKR_ACTION_PROHIBITED},
    {"C_FindObjectsInit", "5.7.7", "closed session", [](World& w) { return C_FindObjectsInit(w.closed, nullptr, 0); }, CKR_SESSION_HANDLE_INVALID},
    {"C_FindObjectsInit", "5.7.7", "null with a count", [](World& w) { return C_FindObjectsInit(w.session, nullptr, 1); }, CKR_ARGUMENTS_BAD},
    {"C_FindObjectsInit", "5.7.7", "null value with a length", [](World& w) { return find_init(w.session, {CKA_LABEL, nullptr, 3}); }, CKR_ARGUMENTS_BAD},
    {"C_FindObjectsInit", "5.7.7", "unknown attribute", [](World& w) { return find_init(w.session, {CKA_VENDOR_DEFINED | 9, w.out(), 1}); }, CKR_OK, search},
    {"C_FindObjectsInit", "5.7.7", "again", [](World& w) { w.searching(); return C_FindObjectsInit(w.session, nullptr, 0); }, CKR_OPERATION_ACTIVE, search},
    {"C_FindObjectsInit", "5.7.7", "during a signature", [](World& w) { w.signing(); return C_FindObjectsInit(w.session, nullptr, 0); }, CKR_OK, search | signature},
    {"C_FindObjects", "5.7.8", "closed session", [](World& w) { CK_OBJECT_HANDLE o; return C_FindObjects(w.closed, &o, 1, &w.length); }, CKR_SESSION_HANDLE_INVALID},
    {"C_FindObjects", "5.7.8", "no search", [](World& w) { CK_OBJECT_HANDLE o; return C_FindObjects(w.session, &o, 1, &w.length); }, CKR_OPERATION_NOT_INITIALIZED},
    {"C_FindObjects", "5.7.8", "no place for the count", [](World& w) { w.searching(); CK_OBJECT_HANDLE o; return C_FindObjects(w.session, &o, 1, nullptr); }, CKR_ARGUMENTS_BAD, search},
    {"C_FindObjects", "5.7.8", "null with a count", [](World& w) { w.searching(); return C_FindObjects(w.session, nullptr, 1, &w.length); }, CKR_ARGUMENTS_BAD, search},
    {"C_FindObjects", "5.7.8", "all is well", [](World& w) { w.searching(); CK_OBJECT_HANDLE o; return C_FindObjects(w.session, &o, 1, &w.length); }, CKR_OK, search},
    {"C_FindObjectsFinal", "5.7.9", "no search", [](World& w) { return C_FindObjectsFinal(w.session); }, CKR_OPERATION_NOT_INITIALIZED},
    {"C_FindObjectsFinal", "5.7.9", "before its end", [](World& w) { w.searching(); return C_FindObjectsFinal(w.session); }, CKR_OK},
};
// clang-format on

}  // namespace

std::span<const Rule> object_rules() {
  return rules_of_objects;
}

}  // namespace countersign::test
