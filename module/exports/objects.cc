// PKCS#11 v2.40 §5.7: object management. Objects are read and found; nothing writes them.
#include <algorithm>
#include <span>

#include "module/boundary.h"

using namespace countersign::module;

namespace {

/// Runs body(const Object&, Session&) for an object of the session's token.
template <class Body>
CK_RV with_object(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE handle, Body&& body) {
  return with_session(session, [&](Provider&, Session& held, const auto& token) -> CK_RV {
    const Object* object = token->object(handle);
    if (object == nullptr) return CKR_OBJECT_HANDLE_INVALID;
    return body(*object, held);
  });
}

bool bad_search(std::span<const CK_ATTRIBUTE> wanted) {
  return std::ranges::any_of(wanted, [](const CK_ATTRIBUTE& entry) {
    return entry.pValue == nullptr && entry.ulValueLen != 0;
  });
}

}  // namespace

extern "C" {

CK_RV C_CreateObject(CK_SESSION_HANDLE session, CK_ATTRIBUTE*, CK_ULONG, CK_OBJECT_HANDLE*) {
  return with_session(session, [](Provider&, Session& held, const auto&) -> CK_RV {
    return held.read_write ? CKR_TOKEN_WRITE_PROTECTED : CKR_SESSION_READ_ONLY;
  });
}

CK_RV C_CopyObject(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE*, CK_ULONG,
                   CK_OBJECT_HANDLE*) {
  return with_object(session, object,
                     [](const Object&, Session&) -> CK_RV { return CKR_ACTION_PROHIBITED; });
}

CK_RV C_DestroyObject(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object) {
  return with_object(session, object, [](const Object&, Session& held) -> CK_RV {
    return held.read_write ? CKR_ACTION_PROHIBITED : CKR_SESSION_READ_ONLY;
  });
}

CK_RV C_SetAttributeValue(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE*,
                          CK_ULONG) {
  return with_object(session, object, [](const Object&, Session& held) -> CK_RV {
    return held.read_write ? CKR_ACTION_PROHIBITED : CKR_SESSION_READ_ONLY;
  });
}

CK_RV C_GetObjectSize(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ULONG* size) {
  return with_object(session, object, [&](const Object&, Session&) -> CK_RV {
    if (size == nullptr) return CKR_ARGUMENTS_BAD;
    *size = CK_UNAVAILABLE_INFORMATION;
    return CKR_OK;
  });
}

// Every entry is answered, even when one before it failed (§5.7.5).
CK_RV C_GetAttributeValue(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
                          CK_ATTRIBUTE* attributes, CK_ULONG count) {
  return with_object(session, object, [&](const Object& held, Session&) -> CK_RV {
    if (attributes == nullptr) return CKR_ARGUMENTS_BAD;
    CK_RV result = CKR_OK;
    for (CK_ATTRIBUTE& entry : std::span(attributes, count))
      if (const CK_RV one = held.attributes.read(entry); one != CKR_OK) result = one;
    return result;
  });
}

CK_RV C_FindObjectsInit(CK_SESSION_HANDLE session, CK_ATTRIBUTE* attributes, CK_ULONG count) {
  return with_locked_session(session, [&](Provider&, Session& held, const auto& token) -> CK_RV {
    if (attributes == nullptr && count != 0) return CKR_ARGUMENTS_BAD;
    const std::span<const CK_ATTRIBUTE> wanted(attributes, count);
    if (bad_search(wanted)) return CKR_ARGUMENTS_BAD;
    if (held.search) return CKR_OPERATION_ACTIVE;
    held.search.emplace(Search{token->find(wanted)});
    return CKR_OK;
  });
}

CK_RV C_FindObjects(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE* objects, CK_ULONG most,
                    CK_ULONG* count) {
  return with_locked_session(session, [&](Provider&, Session& held, const auto&) -> CK_RV {
    if (count == nullptr || (objects == nullptr && most != 0)) return CKR_ARGUMENTS_BAD;
    if (!held.search) return CKR_OPERATION_NOT_INITIALIZED;
    const auto rest =
        std::span<const CK_OBJECT_HANDLE>(held.search->found).subspan(held.search->given);
    const auto given = rest.first(std::min<std::size_t>(most, rest.size()));
    std::ranges::copy(given, objects);
    held.search->given += given.size();
    *count = given.size();
    return CKR_OK;
  });
}

CK_RV C_FindObjectsFinal(CK_SESSION_HANDLE session) {
  return with_locked_session(session, [](Provider&, Session& held, const auto&) -> CK_RV {
    if (!held.search) return CKR_OPERATION_NOT_INITIALIZED;
    held.search.reset();
    return CKR_OK;
  });
}

}  // extern "C"
