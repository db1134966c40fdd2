// Message digesting: PKCS#11 v2.40 §5.10.
#include "tests/module/rules/rule.h"

namespace countersign::test {
namespace {

// clang-format off
const Rule rules_of_digests[] = {
    {"C_DigestInit", "5.10.1", "closed session", [](World& w) { return C_DigestInit(w.closed, w.with(CKM_SHA256)); }, CKR_SESSION_HANDLE_INVALID},
    {"C_DigestInit", "5.10.1", "no such mechanism", [](World& w) { return C_DigestInit(w.session, w.with(CKM_MD5)); }, CKR_MECHANISM_INVALID},
    {"C_DigestInit", "5.10.1", "mechanism of another function", [](World& w) { return C_DigestInit(w.session, w.with(CKM_RSA_PKCS)); }, CKR_MECHANISM_INVALID},
    {"C_DigestInit", "5.10.1", "superfluous parameter", [](World& w) { return C_DigestInit(w.session, w.with(CKM_SHA256, w.out(), 1)); }, CKR_MECHANISM_PARAM_INVALID},
    {"C_DigestInit", "5.10.1", "all is well", [](World& w) { return C_DigestInit(w.session, w.with(CKM_SHA_1)); }, CKR_OK, digest},
    {"C_DigestInit", "5.10.1", "again", [](World& w) { w.digesting(); return C_DigestInit(w.session, w.with(CKM_SHA256)); }, CKR_OPERATION_ACTIVE, digest},
    {"C_DigestInit", "v3.0 5.12.1", "null cancels", [](World& w) { w.digesting(); return C_DigestInit(w.session, nullptr); }, CKR_OK},
    {"C_Digest", "5.10.2", "no operation", [](World& w) { return C_Digest(w.session, w.bytes(), w.size(), w.out(), nullptr); }, CKR_OPERATION_NOT_INITIALIZED},
    {"C_Digest", "5.10.2", "no place for the length", [](World& w) { w.digesting(); return C_Digest(w.session, w.bytes(), w.size(), w.out(), nullptr); }, CKR_ARGUMENTS_BAD},
    {"C_Digest", "5.10.2", "length asked for", [](World& w) { w.digesting(); return C_Digest(w.session, w.bytes(), w.size(), nullptr, &w.length); }, CKR_OK, digest},
    {"C_Digest", "5.10.2", "length asked for without data", [](World& w) { w.digesting(); return C_Digest(w.session, nullptr, 4, nullptr, &w.length); }, CKR_OK, digest},
    {"C_Digest", "5.10.2", "buffer too small", [](World& w) { w.digesting(); w.length = 31; return C_Digest(w.session, w.bytes(), w.size(), w.out(), &w.length); }, CKR_BUFFER_TOO_SMALL, digest},
    {"C_Digest", "5.10.2", "null with a length", [](World& w) { w.digesting(); return C_Digest(w.session, nullptr, 4, w.out(), &w.length); }, CKR_ARGUMENTS_BAD},
    {"C_Digest", "5.10.2", "all is well", [](World& w) { w.digesting(); return C_Digest(w.session, w.bytes(), w.size(), w.out(), &w.length); }, CKR_OK},
    {"C_Digest", "5.10.2", "of nothing", [](World& w) { w.digesting(); return C_Digest(w.session, nullptr, 0, w.out(), &w.length); }, CKR_OK},
    {"C_Digest", "5.10.2", "after a part", [](World& w) { w.digesting(); C_DigestUpdate(w.session, w.bytes(), 1); return C_Digest(w.session, w.bytes(), w.size(), w.out(), &w.length); }, CKR_OPERATION_ACTIVE},
    {"C_DigestUpdate", "5.10.3", "no operation", [](World& w) { return C_DigestUpdate(w.session, w.bytes(), w.size()); }, CKR_OPERATION_NOT_INITIALIZED},
    {"C_DigestUpdate", "5.10.3", "null with a length", [](World& w) { w.digesting(); return C_DigestUpdate(w.session, nullptr, 4); }, CKR_ARGUMENTS_BAD},
    {"C_DigestUpdate", "5.10.3", "empty part", [](World& w) { w.digesting(); return C_DigestUpdate(w.session, nullptr, 0); }, CKR_OK, digest},
    {"C_DigestKey", "5.10.4", "no operation", [](World& w) { return C_DigestKey(w.session, w.key); }, CKR_OPERATION_NOT_INITIALIZED},
    {"C_DigestKey", "5.10.4", "no such key", [](World& w) { w.digesting(); return C_DigestKey(w.session, 5); }, CKR_KEY_HANDLE_INVALID, digest},
    {"C_DigestKey", "5.10.4", "any key", [](World& w) { w.digesting(); return C_DigestKey(w.session, w.key); }, CKR_KEY_INDIGESTIBLE, digest},
    {"C_DigestFinal", "5.10.5", "no operation", [](World& w) { return C_DigestFinal(w.session, w.out(), &w.length); }, CKR_OPERATION_NOT_INITIALIZED},
    {"C_DigestFinal", "5.10.5", "no place for the length", [](World& w) { w.digesting(); return C_DigestFinal(w.session, w.out(), nullptr); }, CKR_ARGUMENTS_BAD},
    {"C_DigestFinal", "5.10.5", "length asked for", [](World& w) { w.digesting(); return C_DigestFinal(w.session, nullptr, &w.length); }, CKR_OK, digest},
    {"C_DigestFinal", "5.10.5", "buffer too small", [](World& w) { w.digesting(); w.length = 31; return C_DigestFinal(w.session, w.out(), &w.length); }, CKR_BUFFER_TOO_SMALL, digest},
    {"C_DigestFinal", "5.10.5", "all is well", [](World& w) { w.digesting(); return C_DigestFinal(w.session, w.out(), &w.length); }, CKR_OK},
};
// clang-format on

}  // namespace

std::span<const Rule> digest_rules() {
  return rules_of_digests;
}

}  // namespace countersign::test
