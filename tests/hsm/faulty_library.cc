// A PKCS#11 library that passes everything on to the real one that FAULTY_LIBRARY_REAL names, and
// does wrong what a test asks for.
#include "tests/hsm/faulty_library.h"

#include <dlfcn.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <thread>

namespace countersign::hsm {
namespace {

Faults* faults = nullptr;
CK_FUNCTION_LIST* real = nullptr;

/// Whether one more call fails.
bool lasts() {
  std::uint64_t left = faults->lasting;
  while (left > 0)
    if (faults->lasting.compare_exchange_weak(left, left - 1)) return true;
  return false;
}

/// `fault`, as long as faults last.
CK_RV wrong(const Faults::Word& fault) {
  return fault != CKR_OK && lasts() ? static_cast<CK_RV>(fault.load()) : CKR_OK;
}

/// Hangs or ends the process if that is to happen in `function`.
void misbehave(FaultyFunction function) {
  while (faults->hang == function) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  if (faults->crash == function && lasts()) {
    std::signal(SIGSEGV, SIG_DFL);
    std::raise(SIGSEGV);
  }
  if (faults->exit == function && lasts()) std::_Exit(3);
}

CK_OBJECT_HANDLE told(CK_OBJECT_HANDLE handle) {
  return handle + faults->handle_shift;
}

CK_OBJECT_HANDLE meant(CK_OBJECT_HANDLE told_handle) {
  return told_handle - faults->handle_shift;
}

void look_around() {
  faults->process = static_cast<std::uint64_t>(getpid());
  std::uint64_t descriptors = 0;
  for (const auto& each : std::filesystem::directory_iterator("/proc/self/fd"))
    if (!each.path().empty()) ++descriptors;
  faults->descriptors = descriptors - 1;  // without the folder itself
  int signal = 0;
  prctl(PR_GET_PDEATHSIG, &signal, 0, 0, 0);
  faults->death_signal = static_cast<std::uint64_t>(signal);
  faults->dumpable = static_cast<std::uint64_t>(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0));
  rlimit core{};
  getrlimit(RLIMIT_CORE, &core);
  faults->core_limit = std::max(core.rlim_cur, core.rlim_max);
  sigset_t blocked;
  sigprocmask(SIG_SETMASK, nullptr, &blocked);
  faults->signals = 0;
  for (int each = 1; each < SIGRTMIN; ++each) {
    struct sigaction action {};
    sigaction(each, nullptr, &action);
    if (sigismember(&blocked, each) == 1 || action.sa_handler != SIG_DFL) ++faults->signals;
  }
  faults->gateway_variables = 0;
  for (const char* name : {"COUNTERSIGN_TOKEN", "NOTIFY_SOCKET", "LISTEN_FDS", "WATCHDOG_USEC"})
    if (std::getenv(name) != nullptr) ++faults->gateway_variables;
}

CK_RV initialize(void* arguments) {
  ++faults->initialisations;
  look_around();
  misbehave(in_initialize);
  auto given = *static_cast<CK_C_INITIALIZE_ARGS*>(arguments);
  const auto* const reserved = static_cast<const char*>(given.pReserved);
  auto& kept = faults->init_arguments;
  kept.fill('\0');
  if (reserved != nullptr)
    std::copy_n(reserved, std::min(std::strlen(reserved), kept.size() - 1), kept.begin());
  given.pReserved = nullptr;
  return real->C_Initialize(&given);
}

CK_RV get_token_info(CK_SLOT_ID slot, CK_TOKEN_INFO* info) {
  const CK_RV value = real->C_GetTokenInfo(slot, info);
  info->flags |= static_cast<CK_FLAGS>(faults->flags.load());
  return value;
}

CK_RV open_session(CK_SLOT_ID slot, CK_FLAGS flags, void* application, CK_NOTIFY notify,
                   CK_SESSION_HANDLE* session) {
  const std::uint64_t bound = faults->sessions;
  if (bound != 0 && faults->open_sessions >= bound) return CKR_SESSION_COUNT;
  ++faults->open_sessions;
  return real->C_OpenSession(slot, flags, application, notify, session);
}

CK_RV close_session(CK_SESSION_HANDLE session) {
  --faults->open_sessions;
  return real->C_CloseSession(session);
}

CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE user, unsigned char* pin, CK_ULONG length) {
  ++faults->logins;
  misbehave(in_login);
  const CK_RV fault = wrong(faults->login);
  return fault != CKR_OK ? fault : real->C_Login(session, user, pin, length);
}

CK_RV get_attribute_value(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE* wanted,
                          CK_ULONG count) {
  object = meant(object);
  CK_OBJECT_CLASS of = 0;
  CK_ATTRIBUTE question{CKA_CLASS, &of, sizeof of};
  real->C_GetAttributeValue(session, object, &question, 1);
  if (faults->hidden_modulus != 0 && of == CKO_PRIVATE_KEY && wanted->type == CKA_MODULUS)
    return CKR_ATTRIBUTE_TYPE_INVALID;
  const CK_RV value = real->C_GetAttributeValue(session, object, wanted, count);
  if (faults->may_not_sign != 0 && wanted->type == CKA_SIGN)
    *static_cast<CK_BBOOL*>(wanted->pValue) = CK_FALSE;
  return value;
}

CK_RV find_objects_init(CK_SESSION_HANDLE session, CK_ATTRIBUTE* wanted, CK_ULONG count) {
  const CK_RV fault = wrong(faults->search);
  return fault != CKR_OK ? fault : real->C_FindObjectsInit(session, wanted, count);
}

CK_RV find_objects(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE* objects, CK_ULONG most,
                   CK_ULONG* found) {
  const CK_RV value = real->C_FindObjects(session, objects, most, found);
  if (value == CKR_OK) std::transform(objects, objects + *found, objects, told);
  return value;
}

CK_RV sign_init(CK_SESSION_HANDLE session, CK_MECHANISM* mechanism, CK_OBJECT_HANDLE key) {
  misbehave(in_sign_init);
  const CK_RV fault = wrong(faults->sign_init);
  return fault != CKR_OK ? fault : real->C_SignInit(session, mechanism, meant(key));
}

CK_RV sign(CK_SESSION_HANDLE session, unsigned char* data, CK_ULONG data_length,
           unsigned char* signature, CK_ULONG* length) {
  static std::atomic<std::uint64_t> running{0};
  ++faults->sign_calls;
  const std::uint64_t now = ++running;
  for (std::uint64_t most = faults->most_at_once; most < now;)
    if (faults->most_at_once.compare_exchange_weak(most, now)) break;
  std::this_thread::sleep_for(std::chrono::milliseconds(1));  // gives others time to come in
  const CK_RV value = real->C_Sign(session, data, data_length, signature, length);
  --running;
  misbehave(in_sign);
  if (faults->wrong_signature != 0) signature[*length - 1] ^= 1;
  if (faults->short_signature != 0) --*length;
  if (faults->long_signature != 0) ++*length;
  const CK_RV fault = wrong(faults->sign);
  return fault != CKR_OK ? fault : value;
}

}  // namespace
}  // namespace countersign::hsm

extern "C" __attribute__((visibility("default"))) CK_RV C_GetFunctionList(CK_FUNCTION_LIST** list) {
  using namespace countersign::hsm;
  static CK_FUNCTION_LIST ours;
  if (real == nullptr) {
    const char* const path = std::getenv(real_library_variable);
    void* const handle = path == nullptr ? nullptr : dlopen(path, RTLD_NOW | RTLD_LOCAL);
    faults = map_faults();
    if (handle == nullptr || faults == nullptr) return CKR_GENERAL_ERROR;
    reinterpret_cast<CK_C_GetFunctionList>(dlsym(handle, "C_GetFunctionList"))(&real);
    ours = *real;
    ours.C_Initialize = initialize;
    ours.C_GetTokenInfo = get_token_info;
    ours.C_OpenSession = open_session;
    ours.C_CloseSession = close_session;
    ours.C_Login = login;
    ours.C_GetAttributeValue = get_attribute_value;
    ours.C_FindObjectsInit = find_objects_init;
    ours.C_FindObjects = find_objects;
    ours.C_SignInit = sign_init;
    ours.C_Sign = sign;
  }
  *list = &ours;
  return CKR_OK;
}
