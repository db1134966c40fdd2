#include "tests/bench/signing_caller.h"

#include <dlfcn.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <thread>

namespace countersign::bench {
namespace {

using Clock = std::chrono::steady_clock;

/// SoftHSM2 loses some of the starts that happen at once in several processes.
constexpr int most_starts = 200;
constexpr auto start_pause = std::chrono::milliseconds(20);
constexpr std::size_t digest_size = 32;

/// DER of DigestInfo up to the digest: SHA-256 with NULL parameters (RFC 8017 §9.2, note 1).
constexpr std::array<CK_BYTE, 19> sha256_prefix{0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60,
                                                0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
                                                0x01, 0x05, 0x00, 0x04, 0x20};

[[noreturn]] void give_up(const char* what, CK_RV code) {
  std::fprintf(stderr, "sign-load: %s: 0x%lx\n", what, code);
  std::_Exit(1);
}

void require(const char* what, CK_RV code) {
  if (code != CKR_OK) give_up(what, code);
}

CK_FUNCTION_LIST_PTR load(const std::string& path) {
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    std::fprintf(stderr, "sign-load: %s\n", dlerror());
    std::_Exit(1);
  }
  CK_FUNCTION_LIST_PTR functions = nullptr;
  const auto get = reinterpret_cast<CK_C_GetFunctionList>(dlsym(library, "C_GetFunctionList"));
  if (get == nullptr) give_up("C_GetFunctionList is missing", CKR_FUNCTION_NOT_SUPPORTED);
  require("C_GetFunctionList", get(&functions));
  return functions;
}

}  // namespace

SigningCaller::SigningCaller(const Target& target) : module_(load(target.module)) {
  mechanism_.mechanism = target.ecdsa ? CKM_ECDSA : CKM_RSA_PKCS;
  if (!target.ecdsa) input_.assign(sha256_prefix.begin(), sha256_prefix.end());
  input_.resize(input_.size() + digest_size, 0x5a);
  CK_RV code = start(target);
  // What it answers when it loses one differs; a wrong PIN is none.
  const auto worth_another = [&code] { return code != CKR_OK && code != CKR_PIN_INCORRECT; };
  for (int tries = 1; worth_another() && tries < most_starts; ++tries) {
    module_->C_Finalize(nullptr);
    std::this_thread::sleep_for(start_pause);
    code = start(target);
  }
  require("the start", code);
  find_key(target.key);
}

CK_RV SigningCaller::start(const Target& target) {
  CK_ULONG count = 0;
  CK_RV code = module_->C_Initialize(nullptr);
  if (code == CKR_OK) code = module_->C_GetSlotList(CK_TRUE, nullptr, &count);
  std::vector<CK_SLOT_ID> slots(count);
  if (code == CKR_OK) code = module_->C_GetSlotList(CK_TRUE, slots.data(), &count);
  if (code != CKR_OK) return code;
  for (const CK_SLOT_ID slot : slots) {
    CK_TOKEN_INFO info{};
    code = module_->C_GetTokenInfo(slot, &info);
    if (code != CKR_OK) return code;
    std::string_view label(reinterpret_cast<const char*>(info.label), sizeof info.label);
    if (label.substr(0, label.find_last_not_of(' ') + 1) == target.token)
      return open_session(slot, target.pin);
  }
  return CKR_TOKEN_NOT_PRESENT;
}

CK_RV SigningCaller::open_session(CK_SLOT_ID slot, std::optional<std::string> pin) {
  CK_RV code = module_->C_OpenSession(slot, CKF_SERIAL_SESSION, nullptr, nullptr, &session_);
  if (code != CKR_OK || !pin) return code;
  code = module_->C_Login(session_, CKU_USER, reinterpret_cast<CK_UTF8CHAR_PTR>(pin->data()),
                          pin->size());
  return code == CKR_USER_ALREADY_LOGGED_IN ? CKR_OK : code;
}

void SigningCaller::find_key(const std::string& label) {
  CK_OBJECT_CLASS wanted = CKO_PRIVATE_KEY;
  std::string name = label;
  std::array<CK_ATTRIBUTE, 2> search{
      {{CKA_CLASS, &wanted, sizeof wanted}, {CKA_LABEL, name.data(), name.size()}}};
  CK_ULONG found = 0;
  require("C_FindObjectsInit", module_->C_FindObjectsInit(session_, search.data(), search.size()));
  require("C_FindObjects", module_->C_FindObjects(session_, &key_, 1, &found));
  require("C_FindObjectsFinal", module_->C_FindObjectsFinal(session_));
  if (found != 1) give_up("there is no private key of that label", CKR_KEY_HANDLE_INVALID);
}

/// Process and count in the middle of the digest: no two callers sign the same.
void SigningCaller::next_input() {
  const std::uint64_t process = static_cast<std::uint64_t>(getpid());
  ++count_;
  CK_BYTE* digest = input_.data() + input_.size() - digest_size;
  std::memcpy(digest + 8, &process, sizeof process);
  std::memcpy(digest + 16, &count_, sizeof count_);
}

std::chrono::nanoseconds SigningCaller::sign_once() {
  next_input();
  CK_ULONG size = signature_.size();
  const auto begin = Clock::now();
  require("C_SignInit", module_->C_SignInit(session_, &mechanism_, key_));
  require("C_Sign",
          module_->C_Sign(session_, input_.data(), input_.size(), signature_.data(), &size));
  return Clock::now() - begin;
}

std::vector<std::uint32_t> SigningCaller::sign_until(Clock::time_point end) {
  std::vector<std::uint32_t> times;
  times.reserve(1 << 16);
  while (Clock::now() < end) times.push_back(static_cast<std::uint32_t>(sign_once().count()));
  return times;
}

}  // namespace countersign::bench
