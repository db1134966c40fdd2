// A PKCS#11 library that passes everything on to the real one that COUNTERSIGN_TEST_LIBRARY names,
// and does wrong what a test asks for.
#include "tests/hsm/faulty_library.h"

#include <dlfcn.h>

#include <chrono>
#include <cstdlib>
#include <thread>

namespace countersign::hsm {
namespace {

Faults faults;
CK_FUNCTION_LIST* real = nullptr;

/// `fault`, as long as faults last.
CK_RV wrong(const std::atomic<CK_RV>& fault) {
  if (fault == CKR_OK) return CKR_OK;
  return faults.lasting.fetch_sub(1) > 0 ? fault.load() : CKR_OK;
}

CK_RV initialize(void* arguments) {
  auto given = *static_cast<CK_C_INITIALIZE_ARGS*>(arguments);
  const auto* const reserved = static_cast<const char*>(given.pReserved);
  faults.init_arguments = reserved == nullptr ? "" : reserved;
  given.pReserved = nullptr;
  return real->C_Initialize(&given);
}

CK_RV get_token_info(CK_SLOT_ID slot, CK_TOKEN_INFO* info) {
  const CK_RV value = real->C_GetTokenInfo(slot, info);
  info->flags |= faults.flags;
  return value;
}

CK_RV open_session(CK_SLOT_ID slot, CK_FLAGS flags, void* application, CK_NOTIFY notify,
                   CK_SESSION_HANDLE* session) {
  const unsigned bound = faults.sessions;
  if (bound != 0 && faults.open_sessions >= static_cast<int>(bound)) return CKR_SESSION_COUNT;
  ++faults.open_sessions;
  return real->C_OpenSession(slot, flags, application, notify, session);
}

CK_RV close_session(CK_SESSION_HANDLE session) {
  --faults.open_sessions;
  return real->C_CloseSession(session);
}

CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE user, unsigned char* pin, CK_ULONG length) {
  ++faults.logins;
  const CK_RV fault = wrong(faults.login);
  return fault != CKR_OK ? fault : real->C_Login(session, user, pin, length);
}

CK_RV get_attribute_value(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE* wanted,
                          CK_ULONG count) {
  CK_OBJECT_CLASS of = 0;
  CK_ATTRIBUTE question{CKA_CLASS, &of, sizeof of};
  real->C_GetAttributeValue(session, object, &question, 1);
  if (faults.hidden_modulus && of == CKO_PRIVATE_KEY && wanted->type == CKA_MODULUS)
    return CKR_ATTRIBUTE_TYPE_INVALID;
  const CK_RV value = real->C_GetAttributeValue(session, object, wanted, count);
  if (faults.may_not_sign && wanted->type == CKA_SIGN)
    *static_cast<CK_BBOOL*>(wanted->pValue) = CK_FALSE;
  if (faults.always_authenticate && wanted->type == CKA_ALWAYS_AUTHENTICATE)
    *static_cast<CK_BBOOL*>(wanted->pValue) = CK_TRUE;
  return value;
}

CK_RV find_objects_init(CK_SESSION_HANDLE session, CK_ATTRIBUTE* wanted, CK_ULONG count) {
  const CK_RV fault = wrong(faults.search);
  return fault != CKR_OK ? fault : real->C_FindObjectsInit(session, wanted, count);
}

CK_RV sign_init(CK_SESSION_HANDLE session, CK_MECHANISM* mechanism, CK_OBJECT_HANDLE key) {
  const CK_RV fault = wrong(faults.sign_init);
  return fault != CKR_OK ? fault : real->C_SignInit(session, mechanism, key);
}

CK_RV sign(CK_SESSION_HANDLE session, unsigned char* data, CK_ULONG data_length,
           unsigned char* signature, CK_ULONG* length) {
  static std::atomic<int> running{0};
  ++faults.sign_calls;
  const int now = ++running;
  for (int most = faults.most_at_once; most < now;)
    if (faults.most_at_once.compare_exchange_weak(most, now)) break;
  std::this_thread::sleep_for(std::chrono::milliseconds(1));  // gives others time to come in
  const CK_RV value = real->C_Sign(session, data, data_length, signature, length);
  --running;
  if (faults.wrong_signature) signature[*length - 1] ^= 1;
  if (faults.short_signature) --*length;
  const CK_RV fault = wrong(faults.sign);
  return fault != CKR_OK ? fault : value;
}

}  // namespace
}  // namespace countersign::hsm

extern "C" __attribute__((visibility("default"))) countersign::hsm::Faults* hsm_test_faults() {
  return &countersign::hsm::faults;
}

extern "C" __attribute__((visibility("default"))) CK_RV C_GetFunctionList(CK_FUNCTION_LIST** list) {
  using namespace countersign::hsm;
  static CK_FUNCTION_LIST ours;
  if (real == nullptr) {
    const char* const path = std::getenv("COUNTERSIGN_TEST_LIBRARY");
    void* const handle = path == nullptr ? nullptr : dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) return CKR_GENERAL_ERROR;
    reinterpret_cast<CK_C_GetFunctionList>(dlsym(handle, "C_GetFunctionList"))(&real);
    ours = *real;
    ours.C_Initialize = initialize;
    ours.C_GetTokenInfo = get_token_info;
    ours.C_OpenSession = open_session;
    ours.C_CloseSession = close_session;
    ours.C_Login = login;
    ours.C_GetAttributeValue = get_attribute_value;
    ours.C_FindObjectsInit = find_objects_init;
    ours.C_SignInit = sign_init;
    ours.C_Sign = sign;
  }
  *list = &ours;
  return CKR_OK;
}
