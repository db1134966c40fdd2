// Signing: PKCS#11 v2.40 §5.11.
#include "tests/module/rules/rule.h"

namespace countersign::test {
namespace {

CK_RV sign(World& w) {
  return C_Sign(w.session, w.bytes(), w.size(), w.out(), &w.length);
}

CK_RV refused(World& w, ErrorKind kind) {
  SoftwareService::shared().refuse_signing(Error{kind, "some_code", "words", ""});
  return sign(w.signing());
}

// clang-format off
const Rule rules_of_signing[] = {
    {"C_SignInit", "5.11.1", "closed session", [](World& w) { return C_SignInit(w.closed, &w.mechanism, w.key); }, CKR_SESSION_HANDLE_INVALID},
    {"C_SignInit", "5.11.1", "no such mechanism", [](World& w) { return C_SignInit(w.session, w.with(CKM_RSA_X_509), w.key); }, CKR_MECHANISM_INVALID},
    {"C_SignInit", "5.11.1", "weak hash", [](World& w) { return C_SignInit(w.session, w.with(CKM_SHA1_RSA_PKCS), w.key); }, CKR_MECHANISM_INVALID},
    {"C_SignInit", "5.11.1", "mechanism of another function", [](World& w) { return C_SignInit(w.session, w.with(CKM_SHA256), w.key); }, CKR_MECHANISM_INVALID},
    {"C_SignInit", "5.11.1", "superfluous parameter", [](World& w) { return C_SignInit(w.session, w.with(CKM_RSA_PKCS, w.out(), 1), w.key); }, CKR_MECHANISM_PARAM_INVALID},
    {"C_SignInit", "5.11.1", "parameter missing", [](World& w) { return C_SignInit(w.session, w.with(CKM_RSA_PKCS_PSS), w.key); }, CKR_MECHANISM_PARAM_INVALID},
    {"C_SignInit", "5.11.1", "null parameter with a length", [](World& w) { return C_SignInit(w.session, w.with(CKM_RSA_PKCS_PSS, nullptr, sizeof(CK_RSA_PKCS_PSS_PARAMS)), w.key); }, CKR_MECHANISM_PARAM_INVALID},
    {"C_SignInit", "5.11.1", "no such key", [](World& w) { return C_SignInit(w.session, &w.mechanism, 5); }, CKR_KEY_HANDLE_INVALID},
    {"C_SignInit", "5.11.1", "key of another token", [](World& w) { return C_SignInit(w.session, &w.mechanism, w.foreign); }, CKR_KEY_HANDLE_INVALID},
    {"C_SignInit", "5.11.1", "public key", [](World& w) { return C_SignInit(w.session, &w.mechanism, w.public_key); }, CKR_KEY_TYPE_INCONSISTENT},
    {"C_SignInit", "5.11.1", "mechanism of another key", [](World& w) { return C_SignInit(w.session, w.with(CKM_ECDSA), w.key); }, CKR_KEY_TYPE_INCONSISTENT},
    {"C_SignInit", "5.11.1", "all is well", [](World& w) { return C_SignInit(w.session, &w.mechanism, w.key); }, CKR_OK, signature},
    {"C_SignInit", "5.11.1", "signing will be denied", [](World& w) { SoftwareService::shared().refuse_signing(Error{ErrorKind::denied, "c", "w", ""}); return C_SignInit(w.session, &w.mechanism, w.key); }, CKR_OK, signature},
    {"C_SignInit", "5.11.1", "again", [](World& w) { w.signing(); return C_SignInit(w.session, &w.mechanism, w.key); }, CKR_OPERATION_ACTIVE, signature},
    {"C_SignInit", "5.11.1", "beside other operations", [](World& w) { w.searching().verifying().digesting(); return C_SignInit(w.session, &w.mechanism, w.key); }, CKR_OK, search | signature | verification | digest},
    {"C_SignInit", "v3.0 5.13.1", "null cancels", [](World& w) { w.signing(); return C_SignInit(w.session, nullptr, 0); }, CKR_OK},
    {"C_Sign", "5.11.2", "closed session", [](World& w) { return C_Sign(w.closed, w.bytes(), w.size(), w.out(), nullptr); }, CKR_SESSION_HANDLE_INVALID},
    {"C_Sign", "5.11.2", "no operation", [](World& w) { return C_Sign(w.session, w.bytes(), w.size(), w.out(), nullptr); }, CKR_OPERATION_NOT_INITIALIZED},
    {"C_Sign", "5.11.2", "no place for the length", [](World& w) { w.signing(); return C_Sign(w.session, w.bytes(), w.size(), w.out(), nullptr); }, CKR_ARGUMENTS_BAD},
    {"C_Sign", "5.11.2", "length asked for", [](World& w) { w.signing(); return C_Sign(w.session, w.bytes(), w.size(), nullptr, &w.length); }, CKR_OK, signature},
    {"C_Sign", "5.11.2", "length asked for without data", [](World& w) { w.signing(); return C_Sign(w.session, nullptr, 4, nullptr, &w.length); }, CKR_OK, signature},
    {"C_Sign", "5.11.2", "buffer too small", [](World& w) { w.signing(); w.length = 255; return sign(w); }, CKR_BUFFER_TOO_SMALL, signature},
    {"C_Sign", "5.11.2", "buffer too small for data that is too long", [](World& w) { w.signing(CKM_RSA_PKCS); w.length = 0; return C_Sign(w.session, w.out(), 1024, w.out(), &w.length); }, CKR_BUFFER_TOO_SMALL, signature},
    {"C_Sign", "5.11.2", "null with a length", [](World& w) { w.signing(); return C_Sign(w.session, nullptr, 4, w.out(), &w.length); }, CKR_ARGUMENTS_BAD},
    {"C_Sign", "5.11.2", "data too long", [](World& w) { w.signing(CKM_RSA_PKCS); return C_Sign(w.session, w.out(), 246, w.out(), &w.length); }, CKR_DATA_LEN_RANGE},
    {"C_Sign", "5.11.2", "no DigestInfo", [](World& w) { return sign(w.signing(CKM_RSA_PKCS)); }, CKR_DATA_INVALID},
    {"C_Sign", "5.11.2", "all is well", [](World& w) { return sign(w.signing()); }, CKR_OK},
    {"C_Sign", "5.11.2", "over nothing", [](World& w) { w.signing(); return C_Sign(w.session, nullptr, 0, w.out(), &w.length); }, CKR_OK},
    {"C_Sign", "5.11.2", "into the data's own buffer", [](World& w) { w.signing(); return C_Sign(w.session, w.out(), 4, w.out(), &w.length); }, CKR_OK},
    {"C_Sign", "5.11.2", "after a part", [](World& w) { w.signing(); C_SignUpdate(w.session, w.bytes(), 1); return sign(w); }, CKR_OPERATION_ACTIVE},
    {"C_Sign", "5.11.2", "after an empty part", [](World& w) { w.signing(); C_SignUpdate(w.session, nullptr, 0); return sign(w); }, CKR_OPERATION_ACTIVE},
    {"C_Sign", "5.11.2", "beside other operations", [](World& w) { w.searching().verifying().digesting(); return sign(w.signing()); }, CKR_OK, search | verification | digest},
    {"C_Sign", "5.11.2", "denied", [](World& w) { return refused(w, ErrorKind::denied); }, CKR_FUNCTION_REJECTED},
    {"C_Sign", "5.11.2", "gateway out of reach", [](World& w) { return refused(w, ErrorKind::unavailable); }, CKR_DEVICE_ERROR},
    {"C_SignUpdate", "5.11.3", "closed session", [](World& w) { return C_SignUpdate(w.closed, w.bytes(), w.size()); }, CKR_SESSION_HANDLE_INVALID},
    {"C_SignUpdate", "5.11.3", "no operation", [](World& w) { return C_SignUpdate(w.session, w.bytes(), w.size()); }, CKR_OPERATION_NOT_INITIALIZED},
    {"C_SignUpdate", "5.11.3", "null with a length", [](World& w) { w.signing(); return C_SignUpdate(w.session, nullptr, 4); }, CKR_ARGUMENTS_BAD},
    {"C_SignUpdate", "5.11.3", "empty part", [](World& w) { w.signing(); return C_SignUpdate(w.session, nullptr, 0); }, CKR_OK, signature},
    {"C_SignUpdate", "5.11.3", "raw input in parts", [](World& w) { w.signing(CKM_RSA_PKCS); C_SignUpdate(w.session, w.out(), 200); return C_SignUpdate(w.session, w.out(), 45); }, CKR_OK, signature},
    {"C_SignUpdate", "5.11.3", "raw input, one byte too many", [](World& w) { w.signing(CKM_RSA_PKCS); C_SignUpdate(w.session, w.out(), 200); return C_SignUpdate(w.session, w.out(), 46); }, CKR_DATA_LEN_RANGE},
    {"C_SignFinal", "5.11.4", "no operation", [](World& w) { return C_SignFinal(w.session, w.out(), &w.length); }, CKR_OPERATION_NOT_INITIALIZED},
    {"C_SignFinal", "5.11.4", "no place for the length", [](World& w) { w.signing(); return C_SignFinal(w.session, w.out(), nullptr); }, CKR_ARGUMENTS_BAD},
    {"C_SignFinal", "5.11.4", "length asked for", [](World& w) { w.signing(); return C_SignFinal(w.session, nullptr, &w.length); }, CKR_OK, signature},
    {"C_SignFinal", "5.11.4", "buffer too small", [](World& w) { w.signing(); w.length = 255; return C_SignFinal(w.session, w.out(), &w.length); }, CKR_BUFFER_TOO_SMALL, signature},
    {"C_SignFinal", "5.11.4", "raw input incomplete", [](World& w) { w.signing(CKM_RSA_PKCS); C_SignUpdate(w.session, w.bytes(), 3); return C_SignFinal(w.session, w.out(), &w.length); }, CKR_DATA_INVALID},
    {"C_SignFinal", "5.11.4", "all is well", [](World& w) { w.signing(); C_SignUpdate(w.session, w.bytes(), 3); return C_SignFinal(w.session, w.out(), &w.length); }, CKR_OK},
    {"C_SignFinal", "5.11.4", "without a part", [](World& w) { w.signing(); return C_SignFinal(w.session, w.out(), &w.length); }, CKR_OK},
};
// clang-format on

}  // namespace

std::span<const Rule> signing_rules() {
  return rules_of_signing;
}

}  // namespace countersign::test
