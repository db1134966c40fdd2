// PKCS#11 v2.40 §5.6 session management, and §5.16, what is left of parallel function management.
#include <string_view>

#include "module/boundary.h"
#include "module/pkcs11_v3.h"

using namespace countersign::module;

namespace {

CK_STATE state_of(bool read_write, bool logged_in) {
  if (read_write) return logged_in ? CKS_RW_USER_FUNCTIONS : CKS_RW_PUBLIC_SESSION;
  return logged_in ? CKS_RO_USER_FUNCTIONS : CKS_RO_PUBLIC_SESSION;
}

/// Text of the caller; null with a length is an error.
struct TextInput {
  const CK_UTF8CHAR* text;
  CK_ULONG length;

  bool bad() const { return text == nullptr && length != 0; }
  std::string_view view() const {
    return text == nullptr ? std::string_view()
                           : std::string_view(reinterpret_cast<const char*>(text), length);
  }
};

CK_RV log_in(CK_SESSION_HANDLE session, CK_USER_TYPE user, TextInput pin, TextInput name) {
  return with_session(session, [&](Provider& provider, Session& held, const auto&) -> CK_RV {
    if (pin.bad() || name.bad()) return CKR_ARGUMENTS_BAD;
    // No key here has CKA_ALWAYS_AUTHENTICATE, so no operation waits for such a login.
    if (user == CKU_CONTEXT_SPECIFIC) return CKR_OPERATION_NOT_INITIALIZED;
    if (user != CKU_USER) return CKR_USER_TYPE_INVALID;
    return provider.log_in(held.slot, pin.view(), name.view());
  });
}

/// What C_SessionCancel is asked to end and is not running needs no ending.
void cancel(Session& session, CK_FLAGS operations) {
  if ((operations & CKF_FIND_OBJECTS) != 0) session.search.reset();
  if ((operations & CKF_SIGN) != 0) session.signing.reset();
  if ((operations & CKF_VERIFY) != 0) session.verifying.reset();
  if ((operations & CKF_DIGEST) != 0) session.digesting.reset();
}

}  // namespace

extern "C" {

// Read-write sessions are accepted, since some clients open no others; what would write refuses.
CK_RV C_OpenSession(CK_SLOT_ID slot, CK_FLAGS flags, void*, CK_NOTIFY, CK_SESSION_HANDLE* session) {
  return with_provider([&](Provider& provider) -> CK_RV {
    const auto token = provider.slots().token(slot);
    if (!token) return token.error();
    if (session == nullptr) return CKR_ARGUMENTS_BAD;
    if ((flags & CKF_SERIAL_SESSION) == 0) return CKR_SESSION_PARALLEL_NOT_SUPPORTED;
    *session = provider.sessions().open(slot, (flags & CKF_RW_SESSION) != 0);
    return CKR_OK;
  });
}

// Closing works without the token as well.
CK_RV C_CloseSession(CK_SESSION_HANDLE session) {
  return with_provider([&](Provider& provider) { return provider.close_session(session); });
}

CK_RV C_CloseAllSessions(CK_SLOT_ID slot) {
  return with_provider([&](Provider& provider) -> CK_RV {
    const auto token = provider.slots().token(slot);
    if (!token && token.error() == CKR_SLOT_ID_INVALID) return token.error();
    provider.close_sessions(slot);
    return CKR_OK;
  });
}

CK_RV C_GetSessionInfo(CK_SESSION_HANDLE session, CK_SESSION_INFO* info) {
  return with_session(session, [&](Provider& provider, Session& held, const auto&) -> CK_RV {
    if (info == nullptr) return CKR_ARGUMENTS_BAD;
    *info = {};
    info->slotID = held.slot;
    info->state = state_of(held.read_write, provider.sessions().logged_in(held.slot));
    info->flags = CKF_SERIAL_SESSION | (held.read_write ? CKF_RW_SESSION : 0);
    return CKR_OK;
  });
}

CK_RV C_Login(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR* pin, CK_ULONG length) {
  return log_in(session, user, {pin, length}, {nullptr, 0});
}

// v3.0 §5.6.9.
CK_RV C_LoginUser(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR* pin, CK_ULONG length,
                  CK_UTF8CHAR* name, CK_ULONG name_length) {
  return log_in(session, user, {pin, length}, {name, name_length});
}

CK_RV C_Logout(CK_SESSION_HANDLE session) {
  return with_session(session, [&](Provider& provider, Session& held, const auto&) {
    return provider.log_out(held.slot);
  });
}

// v3.0 §5.6.5. Nothing that is cancelled has asked the gateway for anything.
CK_RV C_SessionCancel(CK_SESSION_HANDLE session, CK_FLAGS flags) {
  return with_locked_session(session, [&](Provider&, Session& held, const auto&) -> CK_RV {
    cancel(held, flags);
    return CKR_OK;
  });
}

CK_RV C_GetFunctionStatus(CK_SESSION_HANDLE session) {
  return with_session(
      session, [](Provider&, Session&, const auto&) -> CK_RV { return CKR_FUNCTION_NOT_PARALLEL; });
}

CK_RV C_CancelFunction(CK_SESSION_HANDLE session) {
  return with_session(
      session, [](Provider&, Session&, const auto&) -> CK_RV { return CKR_FUNCTION_NOT_PARALLEL; });
}

}  // extern "C"
