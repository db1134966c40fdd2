#include "tests/module/mechanism_cases.h"

namespace countersign::test {
namespace {

using enum MechanismCase::Takes;

struct HashNumbers {
  const char* name;
  CK_MECHANISM_TYPE mechanism;
  CK_RSA_PKCS_MGF_TYPE mask;
  Bytes digest_info;  // all but the digest, from RFC 8017 §9.2, note 1
};

const HashNumbers& numbers(const std::string& hash) {
  static const std::vector<HashNumbers> all{
      {"SHA256",
       CKM_SHA256,
       CKG_MGF1_SHA256,
       {0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01,
        0x05, 0x00, 0x04, 0x20}},
      {"SHA384",
       CKM_SHA384,
       CKG_MGF1_SHA384,
       {0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02,
        0x05, 0x00, 0x04, 0x30}},
      {"SHA512",
       CKM_SHA512,
       CKG_MGF1_SHA512,
       {0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03,
        0x05, 0x00, 0x04, 0x40}}};
  for (const HashNumbers& each : all)
    if (hash == each.name) return each;
  return all.front();
}

}  // namespace

CK_RSA_PKCS_PSS_PARAMS MechanismCase::pss() const {
  const HashNumbers& hash = numbers(expected.hash);
  return {hash.mechanism, hash.mask, hashed(expected.hash, {}).size()};
}

Bytes MechanismCase::input(ByteView message) const {
  if (takes == Takes::message) return Bytes(message.begin(), message.end());
  Bytes digest = hashed(expected.hash, message);
  if (takes == Takes::digest) return digest;
  Bytes info = numbers(expected.hash).digest_info;
  info.insert(info.end(), digest.begin(), digest.end());
  return info;
}

OwnedMechanism::OwnedMechanism(const MechanismCase& from)
    : parameter(from.pss()), mechanism{from.type, nullptr, 0} {
  if (!from.expected.pss) return;
  mechanism.pParameter = &parameter;
  mechanism.ulParameterLen = sizeof parameter;
}

const std::vector<MechanismCase>& mechanism_cases() {
  static const std::vector<MechanismCase> all{
      {"RSA_PKCS", CKM_RSA_PKCS, true, {"SHA256"}, digest_info},
      {"RSA_PKCS_of_SHA512", CKM_RSA_PKCS, true, {"SHA512"}, digest_info},
      {"SHA256_RSA_PKCS", CKM_SHA256_RSA_PKCS, true, {"SHA256"}, message},
      {"SHA384_RSA_PKCS", CKM_SHA384_RSA_PKCS, true, {"SHA384"}, message},
      {"SHA512_RSA_PKCS", CKM_SHA512_RSA_PKCS, true, {"SHA512"}, message},
      {"RSA_PKCS_PSS", CKM_RSA_PKCS_PSS, true, {"SHA256", true}, digest},
      {"RSA_PKCS_PSS_of_SHA384", CKM_RSA_PKCS_PSS, true, {"SHA384", true}, digest},
      {"SHA256_RSA_PKCS_PSS", CKM_SHA256_RSA_PKCS_PSS, true, {"SHA256", true}, message},
      {"SHA384_RSA_PKCS_PSS", CKM_SHA384_RSA_PKCS_PSS, true, {"SHA384", true}, message},
      {"SHA512_RSA_PKCS_PSS", CKM_SHA512_RSA_PKCS_PSS, true, {"SHA512", true}, message},
      {"ECDSA", CKM_ECDSA, false, {"SHA256"}, digest},
      {"ECDSA_SHA256", CKM_ECDSA_SHA256, false, {"SHA256"}, message},
      {"ECDSA_SHA384", CKM_ECDSA_SHA384, false, {"SHA384"}, message},
      {"ECDSA_SHA512", CKM_ECDSA_SHA512, false, {"SHA512"}, message}};
  return all;
}

std::ostream& operator<<(std::ostream& out, const MechanismCase& shown) {
  return out << shown.name;
}

}  // namespace countersign::test
