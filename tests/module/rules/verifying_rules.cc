// Verifying signatures: PKCS#11 v2.40 §5.12.
#include "tests/module/rules/rule.h"

namespace countersign::test {
namespace {

// clang-format off
const Rule rules_of_verifying[] = {
    {"C_VerifyInit", "5.12.1", "closed session", [](World& w) { return C_VerifyInit(w.closed, &w.mechanism, w.public_key); }, CKR_SESSION_HANDLE_INVALID},
    {"C_VerifyInit", "5.12.1", "no such mechanism", [](World& w) { return C_VerifyInit(w.session, w.with(CKM_RSA_X_509), w.public_key); }, CKR_MECHANISM_INVALID},
    {"C_VerifyInit", "5.12.1", "superfluous parameter", [](World& w) { return C_VerifyInit(w.session, w.with(CKM_RSA_PKCS, w.out(), 1), w.public_key); }, CKR_MECHANISM_PARAM_INVALID},
    {"C_VerifyInit", "5.12.1", "no such key", [](World& w) { return C_VerifyInit(w.session, &w.mechanism, 5); }, CKR_KEY_HANDLE_INVALID},
    {"C_VerifyInit", "5.12.1", "private key", [](World& w) { return C_VerifyInit(w.session, &w.mechanism, w.key); }, CKR_KEY_TYPE_INCONSISTENT},
    {"C_VerifyInit", "5.12.1", "mechanism of another key", [](World& w) { return C_VerifyInit(w.session, w.with(CKM_ECDSA), w.public_key); }, CKR_KEY_TYPE_INCONSISTENT},
    {"C_VerifyInit", "5.12.1", "all is well", [](World& w) { return C_VerifyInit(w.session, &w.mechanism, w.public_key); }, CKR_OK, verification},
    {"C_VerifyInit", "5.12.1", "again", [](World& w) { w.verifying(); return C_VerifyInit(w.session, &w.mechanism, w.public_key); }, CKR_OPERATION_ACTIVE, verification},
    {"C_VerifyInit", "v3.0 5.15.1", "null cancels", [](World& w) { w.verifying(); return C_VerifyInit(w.session, nullptr, 0); }, CKR_OK},
    {"C_Verify", "5.12.2", "no operation", [](World& w) { return C_Verify(w.session, w.bytes(), w.size(), w.out(), 256); }, CKR_OPERATION_NOT_INITIALIZED},
    {"C_Verify", "5.12.2", "null data with a length", [](World& w) { w.verifying(); return C_Verify(w.session, nullptr, 4, w.out(), 256); }, CKR_ARGUMENTS_BAD},
    {"C_Verify", "5.12.2", "null signature with a length", [](World& w) { w.verifying(); return C_Verify(w.session, w.bytes(), w.size(), nullptr, 256); }, CKR_ARGUMENTS_BAD},
    {"C_Verify", "5.12.2", "no signature", [](World& w) { w.verifying(); return C_Verify(w.session, w.bytes(), w.size(), nullptr, 0); }, CKR_SIGNATURE_LEN_RANGE},
    {"C_Verify", "5.12.2", "signature too short", [](World& w) { w.verifying(); return C_Verify(w.session, w.bytes(), w.size(), w.out(), 255); }, CKR_SIGNATURE_LEN_RANGE},
    {"C_Verify", "5.12.2", "signature too long", [](World& w) { w.verifying(); return C_Verify(w.session, w.bytes(), w.size(), w.out(), 257); }, CKR_SIGNATURE_LEN_RANGE},
    {"C_Verify", "5.12.2", "wrong signature", [](World& w) { w.verifying(); return C_Verify(w.session, w.bytes(), w.size(), w.out(), 256); }, CKR_SIGNATURE_INVALID},
    {"C_Verify", "5.12.2", "data too long", [](World& w) { w.verifying(CKM_RSA_PKCS); return C_Verify(w.session, w.out(), 246, w.out(), 256); }, CKR_DATA_LEN_RANGE},
    {"C_Verify", "5.12.2", "no DigestInfo", [](World& w) { w.verifying(CKM_RSA_PKCS); return C_Verify(w.session, w.bytes(), w.size(), w.out(), 256); }, CKR_DATA_INVALID},
    {"C_Verify", "5.12.2", "right signature", [](World& w) { w.signing(); C_Sign(w.session, w.bytes(), w.size(), w.out(), &w.length); w.verifying(); return C_Verify(w.session, w.bytes(), w.size(), w.out(), w.length); }, CKR_OK},
    {"C_Verify", "5.12.2", "after a part", [](World& w) { w.verifying(); C_VerifyUpdate(w.session, w.bytes(), 1); return C_Verify(w.session, w.bytes(), w.size(), w.out(), 256); }, CKR_OPERATION_ACTIVE},
    {"C_VerifyUpdate", "5.12.3", "no operation", [](World& w) { return C_VerifyUpdate(w.session, w.bytes(), w.size()); }, CKR_OPERATION_NOT_INITIALIZED},
    {"C_VerifyUpdate", "5.12.3", "null with a length", [](World& w) { w.verifying(); return C_VerifyUpdate(w.session, nullptr, 4); }, CKR_ARGUMENTS_BAD},
    {"C_VerifyUpdate", "5.12.3", "empty part", [](World& w) { w.verifying(); return C_VerifyUpdate(w.session, nullptr, 0); }, CKR_OK, verification},
    {"C_VerifyUpdate", "5.12.3", "raw input, too long", [](World& w) { w.verifying(CKM_RSA_PKCS); return C_VerifyUpdate(w.session, w.out(), 246); }, CKR_DATA_LEN_RANGE},
    {"C_VerifyFinal", "5.12.4", "no operation", [](World& w) { return C_VerifyFinal(w.session, w.out(), 256); }, CKR_OPERATION_NOT_INITIALIZED},
    {"C_VerifyFinal", "5.12.4", "null with a length", [](World& w) { w.verifying(); return C_VerifyFinal(w.session, nullptr, 256); }, CKR_ARGUMENTS_BAD},
    {"C_VerifyFinal", "5.12.4", "signature too short", [](World& w) { w.verifying(); return C_VerifyFinal(w.session, w.out(), 1); }, CKR_SIGNATURE_LEN_RANGE},
    {"C_VerifyFinal", "5.12.4", "wrong signature", [](World& w) { w.verifying(); return C_VerifyFinal(w.session, w.out(), 256); }, CKR_SIGNATURE_INVALID},
};
// clang-format on

}  // namespace

std::span<const Rule> verifying_rules() {
  return rules_of_verifying;
}

}  // namespace countersign::test
