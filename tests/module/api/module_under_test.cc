#include "tests/module/api/module_under_test.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <thread>

namespace countersign::test {

std::vector<std::string> missing_environment() {
  std::vector<std::string> missing;
  for (const char* name : {"COUNTERSIGN_CONFIG", "COUNTERSIGN_TOKEN", "COUNTERSIGN_MODULE"})
    if (std::getenv(name) == nullptr) missing.emplace_back(name);
  return missing;
}

CK_FUNCTION_LIST& module() {
  static CK_FUNCTION_LIST& list = []() -> CK_FUNCTION_LIST& {
    void* library = dlopen(std::getenv("COUNTERSIGN_MODULE"), RTLD_NOW | RTLD_LOCAL);
    void* symbol = library == nullptr ? nullptr : dlsym(library, "C_GetFunctionList");
    CK_FUNCTION_LIST* found = nullptr;
    if (symbol == nullptr || reinterpret_cast<CK_C_GetFunctionList>(symbol)(&found) != CKR_OK) {
      std::cerr << "the module cannot be loaded: " << dlerror() << "\n";
      std::exit(2);
    }
    return *found;
  }();
  return list;
}

namespace {

std::optional<CK_SLOT_ID> shown_slot(const std::string& padded_label) {
  CK_ULONG count = 0;
  EXPECT_EQ(module().C_GetSlotList(CK_TRUE, nullptr, &count), CKR_OK);
  std::vector<CK_SLOT_ID> slots(count);
  EXPECT_EQ(module().C_GetSlotList(CK_TRUE, slots.data(), &count), CKR_OK);
  for (const CK_SLOT_ID slot : slots) {
    CK_TOKEN_INFO info;
    EXPECT_EQ(module().C_GetTokenInfo(slot, &info), CKR_OK);
    if (std::string(std::begin(info.label), std::end(info.label)) == padded_label) return slot;
  }
  return std::nullopt;
}

}  // namespace

CK_SLOT_ID slot_of(const std::string& label) {
  std::string padded = label;
  padded.resize(sizeof(CK_TOKEN_INFO::label), ' ');
  // Listing gives up after a second, which a busy machine may need: so it is asked again.
  for (int attempt = 0; attempt < 100; ++attempt) {
    if (const auto slot = shown_slot(padded)) return *slot;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  ADD_FAILURE() << "no token with label " << label;
  return ~CK_SLOT_ID{0};
}

OpenKey::OpenKey(const std::string& label) {
  CK_FUNCTION_LIST& m = module();
  EXPECT_EQ(m.C_OpenSession(slot_of(label), CKF_SERIAL_SESSION, nullptr, nullptr, &session),
            CKR_OK);
  CK_OBJECT_CLASS type = CKO_PRIVATE_KEY;
  CK_ATTRIBUTE wanted{CKA_CLASS, &type, sizeof type};
  CK_ULONG count = 0;
  EXPECT_EQ(m.C_FindObjectsInit(session, &wanted, 1), CKR_OK);
  EXPECT_EQ(m.C_FindObjects(session, &key, 1, &count), CKR_OK);
  EXPECT_EQ(m.C_FindObjectsFinal(session), CKR_OK);
  EXPECT_EQ(count, 1U);
  public_key.resize(4096);
  CK_ATTRIBUTE info{CKA_PUBLIC_KEY_INFO, public_key.data(), public_key.size()};
  EXPECT_EQ(m.C_GetAttributeValue(session, key, &info, 1), CKR_OK);
  public_key.resize(info.ulValueLen);
}

CK_RV OpenKey::init(CK_MECHANISM_TYPE type, void* parameter, CK_ULONG length) const {
  CK_MECHANISM mechanism{type, parameter, length};
  return module().C_SignInit(session, &mechanism, key);
}

CK_RV OpenKey::sign(Bytes input, Bytes& signature) const {
  signature.resize(1024);
  CK_ULONG length = signature.size();
  const CK_RV result =
      module().C_Sign(session, input.data(), input.size(), signature.data(), &length);
  signature.resize(result == CKR_OK ? length : 0);
  return result;
}

}  // namespace countersign::test
