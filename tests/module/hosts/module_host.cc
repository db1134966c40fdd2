// A host process of the module that does one thing and ends, so that how it ended can be looked at.
//   module-host MODULE ACTION
// The exit code is 0 when the action went well, 1 when a call answered otherwise, 2 for bad usage.
#include <dlfcn.h>
#include <fcntl.h>
#include <p11-kit/pkcs11.h>
#include <sys/auxv.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

namespace {

void* library = nullptr;
CK_FUNCTION_LIST* p11 = nullptr;

void expect(bool well, const char* what) {
  if (well) return;
  std::cerr << "module-host: " << what << "\n";
  std::_Exit(1);
}

/// A thread that the host waits for in an exit handler of its own, which runs after those of all
/// that was loaded later.
std::thread joined_at_exit;

void load(const char* path) {
  library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  expect(library != nullptr, "dlopen");
  void* const symbol = dlsym(library, "C_GetFunctionList");
  expect(symbol != nullptr, "dlsym");
  expect(reinterpret_cast<CK_C_GetFunctionList>(symbol)(&p11) == CKR_OK, "C_GetFunctionList");
}

void initialize() {
  expect(p11->C_Initialize(nullptr) == CKR_OK, "C_Initialize");
}

std::vector<CK_SLOT_ID> slots() {
  CK_ULONG count = 0;
  expect(p11->C_GetSlotList(CK_TRUE, nullptr, &count) == CKR_OK, "C_GetSlotList");
  std::vector<CK_SLOT_ID> list(count);
  expect(p11->C_GetSlotList(CK_TRUE, list.data(), &count) == CKR_OK, "C_GetSlotList");
  return list;
}

std::string label_of(CK_SLOT_ID slot) {
  CK_TOKEN_INFO info;
  expect(p11->C_GetTokenInfo(slot, &info) == CKR_OK, "C_GetTokenInfo");
  std::string label(std::begin(info.label), std::end(info.label));
  label.erase(label.find_last_not_of(' ') + 1);
  return label;
}

CK_SESSION_HANDLE open_session() {
  const auto all = slots();
  const auto slot = std::ranges::find(all, "p256", label_of);
  expect(slot != all.end(), "token p256");
  CK_SESSION_HANDLE session = 0;
  expect(p11->C_OpenSession(*slot, CKF_SERIAL_SESSION, nullptr, nullptr, &session) == CKR_OK,
         "C_OpenSession");
  return session;
}

CK_OBJECT_HANDLE find(CK_SESSION_HANDLE session, CK_OBJECT_CLASS type) {
  CK_ATTRIBUTE wanted{CKA_CLASS, &type, sizeof type};
  CK_OBJECT_HANDLE found = 0;
  CK_ULONG count = 0;
  expect(p11->C_FindObjectsInit(session, &wanted, 1) == CKR_OK, "C_FindObjectsInit");
  expect(p11->C_FindObjects(session, &found, 1, &count) == CKR_OK && count == 1, "C_FindObjects");
  expect(p11->C_FindObjectsFinal(session) == CKR_OK, "C_FindObjectsFinal");
  return found;
}

CK_MECHANISM ecdsa{CKM_ECDSA_SHA256, nullptr, 0};
CK_MECHANISM sha256{CKM_SHA256, nullptr, 0};
CK_BYTE text[] = {'t', 'e', 'x', 't'};

/// Signs, and has the module verify what came.
void sign_once() {
  const CK_SESSION_HANDLE session = open_session();
  CK_BYTE signature[64];
  CK_ULONG length = sizeof signature;
  expect(p11->C_SignInit(session, &ecdsa, find(session, CKO_PRIVATE_KEY)) == CKR_OK, "C_SignInit");
  expect(p11->C_Sign(session, text, sizeof text, signature, &length) == CKR_OK, "C_Sign");
  expect(p11->C_VerifyInit(session, &ecdsa, find(session, CKO_PUBLIC_KEY)) == CKR_OK,
         "C_VerifyInit");
  expect(p11->C_Verify(session, text, sizeof text, signature, length) == CKR_OK, "C_Verify");
  expect(p11->C_CloseSession(session) == CKR_OK, "C_CloseSession");
}

// --- states to exit in: main returns right after
// ---------------------------------------------------

void exit_searching() {
  initialize();
  expect(p11->C_FindObjectsInit(open_session(), nullptr, 0) == CKR_OK, "C_FindObjectsInit");
}

void exit_in_operations() {
  initialize();
  const CK_SESSION_HANDLE session = open_session();
  expect(p11->C_SignInit(session, &ecdsa, find(session, CKO_PRIVATE_KEY)) == CKR_OK, "C_SignInit");
  expect(p11->C_SignUpdate(session, text, sizeof text) == CKR_OK, "C_SignUpdate");
  expect(p11->C_VerifyInit(session, &ecdsa, find(session, CKO_PUBLIC_KEY)) == CKR_OK,
         "C_VerifyInit");
  expect(p11->C_DigestInit(session, &sha256) == CKR_OK, "C_DigestInit");
}

void exit_signed() {
  initialize();
  sign_once();
}

void exit_finalized() {
  exit_signed();
  expect(p11->C_Finalize(nullptr) == CKR_OK, "C_Finalize");
}

void exit_unloaded() {
  exit_signed();
  expect(dlclose(library) == 0, "dlclose");
}

void exit_by_another_thread() {
  exit_signed();
  std::thread([] { std::exit(0); }).join();
}

/// Finalises when the host's own exit handlers run, as libraries do that loaded the module.
void exit_finalizing() {
  exit_signed();
  std::atexit([] { p11->C_Finalize(nullptr); });
}

void exit_while_signing() {
  initialize();
  const CK_SESSION_HANDLE session = open_session();
  const CK_OBJECT_HANDLE key = find(session, CKO_PRIVATE_KEY);
  static std::atomic<bool> started{false};
  std::thread([session, key] {
    for (;;) {
      CK_BYTE signature[64];
      CK_ULONG length = sizeof signature;
      p11->C_SignInit(session, &ecdsa, key);
      p11->C_Sign(session, text, sizeof text, signature, &length);
      started = true;
      started.notify_all();
    }
  }).detach();
  started.wait(false);
}

/// Exit waits for a thread that signs until it is turned away.
void exit_joining() {
  initialize();
  const CK_SESSION_HANDLE session = open_session();
  const CK_OBJECT_HANDLE key = find(session, CKO_PRIVATE_KEY);
  static std::atomic<bool> started{false};
  joined_at_exit = std::thread([session, key] {
    CK_RV answer = CKR_OK;
    while (answer == CKR_OK) {
      CK_BYTE signature[64];
      CK_ULONG length = sizeof signature;
      answer = p11->C_SignInit(session, &ecdsa, key);
      if (answer == CKR_OK) answer = p11->C_Sign(session, text, sizeof text, signature, &length);
      started = true;
      started.notify_all();
    }
  });
  started.wait(false);
}

// --- what else hosts do
// ---------------------------------------------------------------------------

std::size_t entries(const char* folder) {
  const std::filesystem::directory_iterator all(folder);
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

/// Loads, uses and unloads the module over and over; descriptors and threads must not grow.
void load_again_and_again(const char* path) {
  std::size_t descriptors = 0;
  for (int round = 0; round < 20; ++round) {
    load(path);
    initialize();
    sign_once();
    expect(p11->C_Finalize(nullptr) == CKR_OK, "C_Finalize");
    expect(dlclose(library) == 0, "dlclose");
    if (round == 0) descriptors = entries("/proc/self/fd");
  }
  expect(entries("/proc/self/fd") == descriptors, "descriptors grow");
  expect(entries("/proc/self/task") == 1, "threads stay");
}

/// Without descriptors 0 to 2, which a daemon may have closed, none of them is ever taken.
void sign_without_standard_descriptors() {
  for (int each = 0; each <= 2; ++each) close(each);
  initialize();
  sign_once();
  for (int each = 0; each <= 2; ++each) expect(fcntl(each, F_GETFD) < 0, "descriptor taken");
  expect(p11->C_Finalize(nullptr) == CKR_OK, "C_Finalize");
}

/// Says whether the system runs this process with more rights than its user, and what it sees.
void show_labels() {
  std::cout << (getauxval(AT_SECURE) != 0 ? "secure" : "plain") << "\n";
  initialize();
  for (const CK_SLOT_ID slot : slots()) std::cout << label_of(slot) << "\n";
}

struct Action {
  const char* name;
  void (*run)();
};

const Action actions[] = {{"exit-loaded", [] {}},
                          {"exit-initialized", initialize},
                          {"exit-searching", exit_searching},
                          {"exit-in-operations", exit_in_operations},
                          {"exit-signed", exit_signed},
                          {"exit-finalized", exit_finalized},
                          {"exit-unloaded", exit_unloaded},
                          {"exit-by-another-thread", exit_by_another_thread},
                          {"exit-finalizing", exit_finalizing},
                          {"exit-while-signing", exit_while_signing},
                          {"exit-joining", exit_joining},
                          {"no-standard-descriptors", sign_without_standard_descriptors},
                          {"labels", show_labels}};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const std::string wanted = argv[2];
  if (wanted == "load-loop") {
    load_again_and_again(argv[1]);
    return 0;
  }
  const auto* action = std::ranges::find(actions, wanted, [](const Action& a) { return a.name; });
  if (action == std::end(actions)) return 2;
  std::atexit([] {
    if (joined_at_exit.joinable()) joined_at_exit.join();
  });
  load(argv[1]);
  action->run();
  return 0;
}
