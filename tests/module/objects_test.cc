// Objects, their attributes and searches: PKCS#11 v2.40 §4 and §5.7.
#include <cstring>
#include <set>

#include "core/certificate.h"
#include "core/crypto.h"
#include "tests/module/fixture.h"

namespace countersign::test {
namespace {

class ObjectsTest : public ModuleTest {
 protected:
  static CK_ULONG number(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
                         CK_ATTRIBUTE_TYPE type) {
    const Bytes value = attribute(session, object, type);
    CK_ULONG result = 0;
    EXPECT_EQ(value.size(), sizeof result);
    std::memcpy(&result, value.data(), std::min(value.size(), sizeof result));
    return result;
  }
  static void expect_flags(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
                           const std::vector<std::pair<CK_ATTRIBUTE_TYPE, bool>>& table) {
    for (const auto& [type, value] : table)
      EXPECT_EQ(attribute(session, object, type), Bytes{static_cast<std::uint8_t>(value)})
          << std::hex << type;
  }
};

TEST_F(ObjectsTest, KeyAndLeafShareTheirIdAndLabel) {
  const CK_SESSION_HANDLE session = open("rsa");
  EXPECT_EQ(find(session, {}).size(), 4U);
  Bytes id = service().public_key("rsa").fingerprint();
  id.resize(20);
  const auto of_key = find(session, {{CKA_ID, id.data(), id.size()}});
  ASSERT_EQ(of_key.size(), 3U);
  for (const CK_OBJECT_HANDLE object : of_key)
    EXPECT_EQ(attribute(session, object, CKA_LABEL), (Bytes{'r', 's', 'a'}));
  std::set<Bytes> ids;
  for (const CK_OBJECT_HANDLE object : find_class(session, CKO_CERTIFICATE))
    ids.insert(attribute(session, object, CKA_ID));
  EXPECT_EQ(ids.size(), 2U);
}

TEST_F(ObjectsTest, PrivateKeySignsAndNothingElse) {
  for (const std::string signer : {"rsa", "p521"}) {
    const CK_SESSION_HANDLE session = open(signer);
    const CK_OBJECT_HANDLE key = private_key(session);
    expect_flags(session, key,
                 {{CKA_TOKEN, true},
                  {CKA_PRIVATE, true},
                  {CKA_SENSITIVE, true},
                  {CKA_SIGN, true},
                  {CKA_SIGN_RECOVER, false},
                  {CKA_DECRYPT, false},
                  {CKA_UNWRAP, false},
                  {CKA_DERIVE, false},
                  {CKA_EXTRACTABLE, false},
                  {CKA_MODIFIABLE, false},
                  {CKA_COPYABLE, false},
                  {CKA_DESTROYABLE, false},
                  {CKA_ALWAYS_AUTHENTICATE, false}});
    EXPECT_EQ(attribute(session, key, CKA_PUBLIC_KEY_INFO), service().public_key(signer).der());
  }
}

TEST_F(ObjectsTest, PublicNumbersStandOnBothKeys) {
  const CK_SESSION_HANDLE rsa = open("rsa");
  const PublicKey rsa_key = service().public_key("rsa");
  for (const CK_OBJECT_HANDLE key : {private_key(rsa), find_class(rsa, CKO_PUBLIC_KEY).front()}) {
    EXPECT_EQ(number(rsa, key, CKA_KEY_TYPE), CKK_RSA);
    EXPECT_EQ(attribute(rsa, key, CKA_MODULUS), rsa_key.modulus());
    EXPECT_EQ(attribute(rsa, key, CKA_PUBLIC_EXPONENT), (Bytes{1, 0, 1}));
    EXPECT_EQ(number(rsa, key, CKA_MODULUS_BITS), 2048U);
  }
  for (const std::string signer : {"p256", "p384", "p521"}) {
    const CK_SESSION_HANDLE session = open(signer);
    const PublicKey expected = service().public_key(signer);
    for (const CK_OBJECT_HANDLE key :
         {private_key(session), find_class(session, CKO_PUBLIC_KEY).front()}) {
      EXPECT_EQ(number(session, key, CKA_KEY_TYPE), CKK_EC);
      const Bytes point = attribute(session, key, CKA_EC_POINT);
      const auto read = PublicKey::from_ec(attribute(session, key, CKA_EC_PARAMS), point);
      ASSERT_TRUE(read.has_value()) << signer;
      EXPECT_EQ(*read, expected);
      EXPECT_EQ(point.front(), 0x04);  // an OCTET STRING …
      EXPECT_EQ(point.size() - expected.ec_point().size(), signer == "p521" ? 3U : 2U);
    }
  }
}

TEST_F(ObjectsTest, CertificatesShowWhatTheyAre) {
  const CK_SESSION_HANDLE session = open("rsa");
  const auto certificates = find_class(session, CKO_CERTIFICATE);
  ASSERT_EQ(certificates.size(), 2U);
  const SignerInfo signer = service().shown().front();
  const auto leaf = certificate_from_der(signer.certificate);
  const CK_OBJECT_HANDLE shown = certificates.front();
  EXPECT_EQ(attribute(session, shown, CKA_VALUE), signer.certificate);
  EXPECT_EQ(attribute(session, shown, CKA_SUBJECT), leaf->subject);
  EXPECT_EQ(attribute(session, shown, CKA_ISSUER), leaf->issuer);
  EXPECT_EQ(attribute(session, shown, CKA_SERIAL_NUMBER), leaf->serial);
  EXPECT_EQ(attribute(session, shown, CKA_END_DATE).size(), sizeof(CK_DATE));
  EXPECT_EQ(number(session, shown, CKA_CERTIFICATE_TYPE), CKC_X_509);
  EXPECT_EQ(number(session, shown, CKA_CERTIFICATE_CATEGORY), 1U);
  EXPECT_EQ(number(session, certificates.back(), CKA_CERTIFICATE_CATEGORY), 2U);
  EXPECT_EQ(attribute(session, certificates.back(), CKA_VALUE), signer.chain.front());
}

TEST_F(ObjectsTest, EveryEntryIsAnsweredEvenWhenOthersFail) {
  const CK_SESSION_HANDLE session = open("rsa");
  CK_BYTE secret[256];
  CK_BYTE little[1];
  CK_BBOOL sign = CK_FALSE;
  CK_ATTRIBUTE entries[] = {{CKA_PRIVATE_EXPONENT, secret, sizeof secret},
                            {CKA_VENDOR_DEFINED | 7, secret, sizeof secret},
                            {CKA_MODULUS, little, sizeof little},
                            {CKA_MODULUS, nullptr, 0},
                            {CKA_SIGN, &sign, sizeof sign}};
  EXPECT_EQ(C_GetAttributeValue(session, private_key(session), entries, 5), CKR_BUFFER_TOO_SMALL);
  EXPECT_EQ(entries[0].ulValueLen, CK_UNAVAILABLE_INFORMATION);
  EXPECT_EQ(entries[1].ulValueLen, CK_UNAVAILABLE_INFORMATION);
  EXPECT_EQ(entries[2].ulValueLen, CK_UNAVAILABLE_INFORMATION);
  EXPECT_EQ(entries[3].ulValueLen, 256U);
  EXPECT_EQ(entries[4].ulValueLen, 1U);
  EXPECT_EQ(sign, CK_TRUE);
}

TEST_F(ObjectsTest, SecretsAndUnknownAttributesHaveTheirCodes) {
  const auto read = [](CK_SESSION_HANDLE session, CK_ATTRIBUTE_TYPE type) {
    CK_ATTRIBUTE entry{type, nullptr, 0};
    return C_GetAttributeValue(session, private_key(session), &entry, 1);
  };
  const CK_SESSION_HANDLE rsa = open("rsa");
  const CK_SESSION_HANDLE ec = open("p256");
  for (const CK_ATTRIBUTE_TYPE type : {CKA_PRIVATE_EXPONENT, CKA_PRIME_1, CKA_PRIME_2,
                                       CKA_EXPONENT_1, CKA_EXPONENT_2, CKA_COEFFICIENT})
    EXPECT_EQ(read(rsa, type), CKR_ATTRIBUTE_SENSITIVE) << std::hex << type;
  EXPECT_EQ(read(ec, CKA_VALUE), CKR_ATTRIBUTE_SENSITIVE);
  EXPECT_EQ(read(rsa, CKA_EC_POINT), CKR_ATTRIBUTE_TYPE_INVALID);
  EXPECT_EQ(read(rsa, CKA_VENDOR_DEFINED), CKR_ATTRIBUTE_TYPE_INVALID);
}

TEST_F(ObjectsTest, SearchesMatchExactly) {
  const CK_SESSION_HANDLE session = open("rsa");
  CK_BBOOL yes = CK_TRUE;
  CK_OBJECT_CLASS secret = CKO_SECRET_KEY;
  EXPECT_EQ(find(session, {{CKA_SIGN, &yes, sizeof yes}}).size(), 1U);
  EXPECT_TRUE(find(session, {{CKA_CLASS, &secret, sizeof secret}}).empty());
  EXPECT_TRUE(find(session, {{CKA_VENDOR_DEFINED | 1, &yes, sizeof yes}}).empty());
  EXPECT_TRUE(find(session, {{CKA_PRIVATE_EXPONENT, nullptr, 0}}).empty());
  CK_ATTRIBUTE bad{CKA_LABEL, nullptr, 3};
  EXPECT_EQ(C_FindObjectsInit(session, &bad, 1), CKR_ARGUMENTS_BAD);
  EXPECT_EQ(C_FindObjectsInit(session, nullptr, 1), CKR_ARGUMENTS_BAD);
}

TEST_F(ObjectsTest, SearchGivesItsResultsInPieces) {
  const CK_SESSION_HANDLE session = open("rsa");
  CK_OBJECT_HANDLE one = 0;
  CK_ULONG count = 0;
  EXPECT_EQ(C_FindObjects(session, &one, 1, &count), CKR_OPERATION_NOT_INITIALIZED);
  EXPECT_EQ(C_FindObjectsFinal(session), CKR_OPERATION_NOT_INITIALIZED);
  ASSERT_EQ(C_FindObjectsInit(session, nullptr, 0), CKR_OK);
  EXPECT_EQ(C_FindObjectsInit(session, nullptr, 0), CKR_OPERATION_ACTIVE);
  std::set<CK_OBJECT_HANDLE> seen;
  while (C_FindObjects(session, &one, 1, &count) == CKR_OK && count == 1) seen.insert(one);
  EXPECT_EQ(seen.size(), 4U);
  EXPECT_EQ(C_FindObjectsFinal(session), CKR_OK);
}

TEST_F(ObjectsTest, AttributesCanBeReadDuringSearchAndSignature) {
  const CK_SESSION_HANDLE session = open("rsa");
  const CK_OBJECT_HANDLE key = private_key(session);
  ASSERT_EQ(init(session), CKR_OK);
  ASSERT_EQ(C_FindObjectsInit(session, nullptr, 0), CKR_OK);
  EXPECT_EQ(attribute(session, key, CKA_ALWAYS_AUTHENTICATE), Bytes{CK_FALSE});
}

TEST_F(ObjectsTest, LoginShowsAndHidesNothing) {
  const CK_SESSION_HANDLE session = open("rsa");
  const auto before = find(session, {});
  EXPECT_EQ(find_class(session, CKO_PUBLIC_KEY).size(), 1U);
  EXPECT_EQ(find_class(session, CKO_CERTIFICATE).size(), 2U);
  ASSERT_EQ(C_Login(session, CKU_USER, nullptr, 0), CKR_OK);
  EXPECT_EQ(find(session, {}), before);
  ASSERT_EQ(C_Logout(session), CKR_OK);
  EXPECT_EQ(find(session, {}), before);
}

TEST_F(ObjectsTest, HandlesBelongToTheirTokenOnly) {
  const CK_SESSION_HANDLE rsa = open("rsa");
  const CK_SESSION_HANDLE ec = open("p256");
  CK_ATTRIBUTE entry{CKA_LABEL, nullptr, 0};
  EXPECT_EQ(C_GetAttributeValue(ec, private_key(rsa), &entry, 1), CKR_OBJECT_HANDLE_INVALID);
  EXPECT_EQ(private_key(rsa), private_key(open("rsa")));
}

TEST_F(ObjectsTest, NothingWrites) {
  const CK_SESSION_HANDLE reads = open("rsa");
  const CK_SESSION_HANDLE writes = open("rsa", CKF_RW_SESSION);
  const CK_OBJECT_HANDLE key = private_key(reads);
  CK_OBJECT_HANDLE made = 0;
  EXPECT_EQ(C_CreateObject(reads, nullptr, 0, &made), CKR_SESSION_READ_ONLY);
  EXPECT_EQ(C_CreateObject(writes, nullptr, 0, &made), CKR_TOKEN_WRITE_PROTECTED);
  EXPECT_EQ(C_DestroyObject(reads, key), CKR_SESSION_READ_ONLY);
  EXPECT_EQ(C_DestroyObject(writes, key), CKR_ACTION_PROHIBITED);
  EXPECT_EQ(C_DestroyObject(writes, 5), CKR_OBJECT_HANDLE_INVALID);
  EXPECT_EQ(C_SetAttributeValue(writes, key, nullptr, 0), CKR_ACTION_PROHIBITED);
  EXPECT_EQ(C_CopyObject(writes, key, nullptr, 0, &made), CKR_ACTION_PROHIBITED);
  CK_ULONG size = 0;
  EXPECT_EQ(C_GetObjectSize(reads, key, &size), CKR_OK);
  EXPECT_EQ(size, CK_UNAVAILABLE_INFORMATION);
}

}  // namespace
}  // namespace countersign::test
