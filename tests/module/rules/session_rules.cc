// Session management: PKCS#11 v2.40 §5.6, v3.0 §5.6.5, §5.6.9.
#include "tests/module/rules/rule.h"

namespace countersign::test {
namespace {

CK_RV open_session(CK_SLOT_ID slot, CK_FLAGS flags) {
  CK_SESSION_HANDLE opened = CK_INVALID_HANDLE;
  return C_OpenSession(slot, flags, nullptr, nullptr, &opened);
}

CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE user, std::string pin) {
  return C_Login(session, user, reinterpret_cast<CK_UTF8CHAR*>(pin.data()), pin.size());
}

CK_RV login_user(CK_SESSION_HANDLE session, std::string pin, std::string name) {
  return C_LoginUser(session, CKU_USER, reinterpret_cast<CK_UTF8CHAR*>(pin.data()), pin.size(),
                     reinterpret_cast<CK_UTF8CHAR*>(name.data()), name.size());
}

// clang-format off
const Rule rules_of_sessions[] = {
    {"C_OpenSession", "5.6.1", "no such slot", [](World&) { return open_session(5, CKF_SERIAL_SESSION); }, CKR_SLOT_ID_INVALID},
    {"C_OpenSession", "5.6.1", "not serial", [](World& w) { return open_session(w.slot, 0); }, CKR_SESSION_PARALLEL_NOT_SUPPORTED},
    {"C_OpenSession", "5.6.1", "no place for the handle", [](World& w) { return C_OpenSession(w.slot, CKF_SERIAL_SESSION, nullptr, nullptr, nullptr); }, CKR_ARGUMENTS_BAD},
    {"C_OpenSession", "5.6.1", "read-only", [](World& w) { return open_session(w.slot, CKF_SERIAL_SESSION); }, CKR_OK},
    {"C_OpenSession", "5.6.1", "read-write", [](World& w) { return open_session(w.slot, CKF_SERIAL_SESSION | CKF_RW_SESSION); }, CKR_OK},
    {"C_OpenSession", "5.6.1", "with a callback", [](World& w) { CK_SESSION_HANDLE s = 0; return C_OpenSession(w.slot, CKF_SERIAL_SESSION, &w, [](auto, auto, auto) -> CK_RV { return CKR_CANCEL; }, &s); }, CKR_OK},
    {"C_CloseSession", "5.6.2", "closed already", [](World& w) { return C_CloseSession(w.closed); }, CKR_SESSION_HANDLE_INVALID},
    {"C_CloseSession", "5.6.2", "no handle", [](World&) { return C_CloseSession(CK_INVALID_HANDLE); }, CKR_SESSION_HANDLE_INVALID},
    {"C_CloseSession", "5.6.2", "with operations running", [](World& w) { w.signing().searching().digesting(); return C_CloseSession(w.session); }, CKR_OK},
    {"C_CloseAllSessions", "5.6.3", "no such slot", [](World&) { return C_CloseAllSessions(5); }, CKR_SLOT_ID_INVALID},
    {"C_CloseAllSessions", "5.6.3", "all is well", [](World& w) { return C_CloseAllSessions(w.slot); }, CKR_OK},
    {"C_CloseAllSessions", "5.6.3", "twice", [](World& w) { C_CloseAllSessions(w.slot); return C_CloseAllSessions(w.slot); }, CKR_OK},
    {"C_GetSessionInfo", "5.6.4", "closed session", [](World& w) { CK_SESSION_INFO i; return C_GetSessionInfo(w.closed, &i); }, CKR_SESSION_HANDLE_INVALID},
    {"C_GetSessionInfo", "5.6.4", "no place for the answer", [](World& w) { return C_GetSessionInfo(w.session, nullptr); }, CKR_ARGUMENTS_BAD},
    {"C_GetSessionInfo", "5.6.4", "during a search", [](World& w) { w.searching(); CK_SESSION_INFO i; return C_GetSessionInfo(w.session, &i); }, CKR_OK, search},
    {"C_SessionCancel", "v3.0 5.6.5", "closed session", [](World& w) { return C_SessionCancel(w.closed, CKF_SIGN); }, CKR_SESSION_HANDLE_INVALID},
    {"C_SessionCancel", "v3.0 5.6.5", "nothing runs", [](World& w) { return C_SessionCancel(w.session, CKF_SIGN | CKF_VERIFY | CKF_DIGEST | CKF_FIND_OBJECTS); }, CKR_OK},
    {"C_SessionCancel", "v3.0 5.6.5", "signature", [](World& w) { w.signing().verifying().digesting().searching(); return C_SessionCancel(w.session, CKF_SIGN); }, CKR_OK, verification | digest | search},
    {"C_SessionCancel", "v3.0 5.6.5", "verification", [](World& w) { w.signing().verifying().digesting().searching(); return C_SessionCancel(w.session, CKF_VERIFY); }, CKR_OK, signature | digest | search},
    {"C_SessionCancel", "v3.0 5.6.5", "digest", [](World& w) { w.signing().verifying().digesting().searching(); return C_SessionCancel(w.session, CKF_DIGEST); }, CKR_OK, signature | verification | search},
    {"C_SessionCancel", "v3.0 5.6.5", "search", [](World& w) { w.signing().verifying().digesting().searching(); return C_SessionCancel(w.session, CKF_FIND_OBJECTS); }, CKR_OK, signature | verification | digest},
    {"C_SessionCancel", "v3.0 5.6.5", "all at once", [](World& w) { w.signing().verifying().digesting().searching(); return C_SessionCancel(w.session, CKF_SIGN | CKF_VERIFY | CKF_DIGEST | CKF_FIND_OBJECTS); }, CKR_OK},
    {"C_SessionCancel", "v3.0 5.6.5", "what is never served", [](World& w) { w.signing(); return C_SessionCancel(w.session, CKF_ENCRYPT | CKF_DECRYPT | CKF_SIGN_RECOVER); }, CKR_OK, signature},
    {"C_Login", "5.6.7", "closed session", [](World& w) { return login(w.closed, CKU_USER, ""); }, CKR_SESSION_HANDLE_INVALID},
    {"C_Login", "5.6.7", "null with a length", [](World& w) { return C_Login(w.session, CKU_USER, nullptr, 4); }, CKR_ARGUMENTS_BAD},
    {"C_Login", "5.6.7", "security officer", [](World& w) { return login(w.writes, CKU_SO, ""); }, CKR_USER_TYPE_INVALID},
    {"C_Login", "5.6.7", "unknown user type", [](World& w) { return login(w.session, 99, ""); }, CKR_USER_TYPE_INVALID},
    {"C_Login", "5.6.7", "context-specific, no operation", [](World& w) { return login(w.session, CKU_CONTEXT_SPECIFIC, ""); }, CKR_OPERATION_NOT_INITIALIZED},
    {"C_Login", "5.6.7", "context-specific, key does not ask", [](World& w) { w.signing(); return login(w.session, CKU_CONTEXT_SPECIFIC, ""); }, CKR_OPERATION_NOT_INITIALIZED, signature},
    {"C_Login", "5.6.7", "wrong PIN", [](World& w) { return login(w.session, CKU_USER, "1234"); }, CKR_PIN_INCORRECT},
    {"C_Login", "5.6.7", "empty PIN", [](World& w) { return login(w.session, CKU_USER, ""); }, CKR_OK},
    {"C_Login", "5.6.7", "none", [](World& w) { return login(w.session, CKU_USER, "none"); }, CKR_OK},
    {"C_Login", "5.6.7", "again, on another session", [](World& w) { login(w.session, CKU_USER, ""); return login(w.writes, CKU_USER, ""); }, CKR_USER_ALREADY_LOGGED_IN},
    {"C_Login", "5.6.7", "during a signature", [](World& w) { w.signing(); return login(w.session, CKU_USER, ""); }, CKR_OK, signature},
    {"C_LoginUser", "v3.0 5.6.9", "null name with a length", [](World& w) { return C_LoginUser(w.session, CKU_USER, nullptr, 0, nullptr, 4); }, CKR_ARGUMENTS_BAD},
    {"C_LoginUser", "v3.0 5.6.9", "no name", [](World& w) { return login_user(w.session, "", ""); }, CKR_OK},
    {"C_LoginUser", "v3.0 5.6.9", "a name", [](World& w) { return login_user(w.session, "", "somebody"); }, CKR_PIN_INCORRECT},
    {"C_Logout", "5.6.8", "closed session", [](World& w) { return C_Logout(w.closed); }, CKR_SESSION_HANDLE_INVALID},
    {"C_Logout", "5.6.8", "nobody logged in", [](World& w) { return C_Logout(w.session); }, CKR_USER_NOT_LOGGED_IN},
    {"C_Logout", "5.6.8", "all is well", [](World& w) { login(w.session, CKU_USER, ""); return C_Logout(w.writes); }, CKR_OK},
};
// clang-format on

}  // namespace

std::span<const Rule> session_rules() {
  return rules_of_sessions;
}

}  // namespace countersign::test
