// General-purpose functions and random numbers: PKCS#11 v2.40 §5.4, §5.15, §5.16, v3.0 §5.4.5,
// §5.4.6.
#include "tests/module/rules/rule.h"

namespace countersign::test {
namespace {

// clang-format off
const Rule rules_of_general[] = {
    {"C_Initialize", "5.4.1", "again", [](World&) { return C_Initialize(nullptr); }, CKR_CRYPTOKI_ALREADY_INITIALIZED},
    {"C_Initialize", "5.4.1", "reserved pointer", [](World& w) { CK_C_INITIALIZE_ARGS a{}; a.pReserved = &w; return C_Initialize(&a); }, CKR_ARGUMENTS_BAD},
    {"C_Finalize", "5.4.2", "reserved pointer", [](World& w) { return C_Finalize(&w); }, CKR_ARGUMENTS_BAD},
    {"C_GetInfo", "5.4.3", "no place for the answer", [](World&) { return C_GetInfo(nullptr); }, CKR_ARGUMENTS_BAD},
    {"C_GetInfo", "5.4.3", "all is well", [](World&) { CK_INFO i; return C_GetInfo(&i); }, CKR_OK},
    {"C_GetFunctionList", "5.4.4", "no place for the answer", [](World&) { return C_GetFunctionList(nullptr); }, CKR_ARGUMENTS_BAD},
    {"C_GetInterfaceList", "v3.0 5.4.5", "no place for the count", [](World&) { return C_GetInterfaceList(nullptr, nullptr); }, CKR_ARGUMENTS_BAD},
    {"C_GetInterfaceList", "v3.0 5.4.5", "buffer too small", [](World&) { CK_INTERFACE one; CK_ULONG count = 1; return C_GetInterfaceList(&one, &count); }, CKR_BUFFER_TOO_SMALL},
    {"C_GetInterface", "v3.0 5.4.6", "no place for the answer", [](World&) { return C_GetInterface(nullptr, nullptr, nullptr, 0); }, CKR_ARGUMENTS_BAD},
    {"C_GetInterface", "v3.0 5.4.6", "no such version", [](World&) { CK_INTERFACE* i = nullptr; CK_VERSION v{9, 0}; return C_GetInterface(nullptr, &v, &i, 0); }, CKR_ARGUMENTS_BAD},
    {"C_SeedRandom", "5.15.1", "closed session", [](World& w) { return C_SeedRandom(w.closed, w.bytes(), w.size()); }, CKR_SESSION_HANDLE_INVALID},
    {"C_SeedRandom", "5.15.1", "null with a length", [](World& w) { return C_SeedRandom(w.session, nullptr, 4); }, CKR_ARGUMENTS_BAD},
    {"C_SeedRandom", "5.15.1", "all is well", [](World& w) { return C_SeedRandom(w.session, w.bytes(), w.size()); }, CKR_OK},
    {"C_SeedRandom", "5.15.1", "during a signature", [](World& w) { w.signing(); return C_SeedRandom(w.session, w.bytes(), w.size()); }, CKR_OK, signature},
    {"C_GenerateRandom", "5.15.2", "closed session", [](World& w) { return C_GenerateRandom(w.closed, w.out(), 8); }, CKR_SESSION_HANDLE_INVALID},
    {"C_GenerateRandom", "5.15.2", "null with a length", [](World& w) { return C_GenerateRandom(w.session, nullptr, 8); }, CKR_ARGUMENTS_BAD},
    {"C_GenerateRandom", "5.15.2", "nothing asked for", [](World& w) { return C_GenerateRandom(w.session, nullptr, 0); }, CKR_OK},
    {"C_GenerateRandom", "5.15.2", "more than there is memory", [](World& w) { return C_GenerateRandom(w.session, w.out(), ~0UL); }, CKR_HOST_MEMORY},
    {"C_GenerateRandom", "5.15.2", "during a signature", [](World& w) { w.signing(); return C_GenerateRandom(w.session, w.out(), 8); }, CKR_OK, signature},
    {"C_GetFunctionStatus", "5.16.1", "always", [](World& w) { return C_GetFunctionStatus(w.session); }, CKR_FUNCTION_NOT_PARALLEL},
    {"C_CancelFunction", "5.16.2", "always, and it cancels nothing", [](World& w) { w.signing(); return C_CancelFunction(w.session); }, CKR_FUNCTION_NOT_PARALLEL, signature},
};
// clang-format on

}  // namespace

std::span<const Rule> general_rules() {
  return rules_of_general;
}

}  // namespace countersign::test
