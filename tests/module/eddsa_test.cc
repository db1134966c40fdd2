// Ed25519: PKCS#11 v3.0 mechanisms §2.3.5 (keys) and §2.3.14 (CKM_EDDSA), pure.
#include <cstring>

#include "core/public_key.h"
#include "tests/module/fixture.h"

namespace countersign::test {
namespace {

class EddsaTest : public ModuleTest {
 protected:
  void SetUp() override {
    ModuleTest::SetUp();
    service().show_ed25519();
    session = open("ed25519");
  }

  CK_RV sign_init() {
    CK_MECHANISM mechanism{CKM_EDDSA, nullptr, 0};
    return C_SignInit(session, &mechanism, private_key(session));
  }
  CK_RV verify_init() {
    CK_MECHANISM mechanism{CKM_EDDSA, nullptr, 0};
    return C_VerifyInit(session, &mechanism, find_class(session, CKO_PUBLIC_KEY).front());
  }
  CK_RV sign(Bytes text, Bytes& signature) {
    EXPECT_EQ(sign_init(), CKR_OK);
    signature.resize(64);
    CK_ULONG length = signature.size();
    return C_Sign(session, text.data(), text.size(), signature.data(), &length);
  }
  static bool good(ByteView text, ByteView signature) {
    return verifies(service().public_key("ed25519").der(), {""}, text, signature);
  }

  CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
};

TEST_F(EddsaTest, TheMessageItselfIsAskedFor) {
  Bytes signature;
  ASSERT_EQ(sign(message, signature), CKR_OK);
  EXPECT_TRUE(good(message, signature));
  const SigningInput input = service().asked().front().input;
  EXPECT_EQ(input.algorithm, (SignatureAlgorithm{Scheme::ed25519, Hash::sha512, Hash::none, 0}));
  EXPECT_EQ(input.message, message);
  EXPECT_TRUE(input.digest.empty());
  EXPECT_EQ(recorded_digest(input), hashed("SHA256", message));
}

TEST_F(EddsaTest, SignsAndVerifiesInParts) {
  ASSERT_EQ(sign_init(), CKR_OK);
  ASSERT_EQ(verify_init(), CKR_OK);
  for (CK_BYTE byte : message) {
    EXPECT_EQ(C_SignUpdate(session, &byte, 1), CKR_OK);
    EXPECT_EQ(C_VerifyUpdate(session, &byte, 1), CKR_OK);
  }
  Bytes signature(64);
  CK_ULONG length = 0;
  EXPECT_EQ(C_SignFinal(session, nullptr, &length), CKR_OK);
  EXPECT_EQ(length, 64U);
  EXPECT_EQ(C_SignFinal(session, signature.data(), &length), CKR_OK);
  EXPECT_TRUE(good(message, signature));
  EXPECT_EQ(C_VerifyFinal(session, signature.data(), signature.size()), CKR_OK);
}

TEST_F(EddsaTest, VerifyingTellsWrongSignatures) {
  Bytes signature;
  ASSERT_EQ(sign(message, signature), CKR_OK);
  signature[3] ^= 1U;
  ASSERT_EQ(verify_init(), CKR_OK);
  EXPECT_EQ(C_Verify(session, message.data(), message.size(), signature.data(), signature.size()),
            CKR_SIGNATURE_INVALID);
}

TEST_F(EddsaTest, MessagesOfUpToOneMebibyte) {
  Bytes signature;
  const Bytes longest(1U << 20U, 7);
  EXPECT_EQ(sign(longest, signature), CKR_OK);
  EXPECT_TRUE(good(longest, signature));
  EXPECT_EQ(sign({}, signature), CKR_OK);
  EXPECT_TRUE(good({}, signature));
  const std::size_t asked = service().asked().size();
  EXPECT_EQ(sign(Bytes((1U << 20U) + 1), signature), CKR_DATA_LEN_RANGE);
  ASSERT_EQ(sign_init(), CKR_OK);
  Bytes part(1U << 19U);
  EXPECT_EQ(C_SignUpdate(session, part.data(), part.size()), CKR_OK);
  EXPECT_EQ(C_SignUpdate(session, part.data(), part.size()), CKR_OK);
  EXPECT_EQ(C_SignUpdate(session, part.data(), 1), CKR_DATA_LEN_RANGE);
  EXPECT_EQ(C_SignUpdate(session, part.data(), 1), CKR_OPERATION_NOT_INITIALIZED);
  EXPECT_EQ(service().asked().size(), asked);
}

TEST_F(EddsaTest, MechanismIsPureAndForThisKeyOnly) {
  const auto init_with = [this](CK_MECHANISM mechanism) {
    const CK_RV result = C_SignInit(session, &mechanism, private_key(session));
    C_SignInit(session, nullptr, CK_INVALID_HANDLE);
    return result;
  };
  CK_BYTE parameter[24]{};
  EXPECT_EQ(init_with({CKM_EDDSA, parameter, sizeof parameter}), CKR_MECHANISM_PARAM_INVALID);
  EXPECT_EQ(init_with({CKM_ECDSA, nullptr, 0}), CKR_KEY_TYPE_INCONSISTENT);
  EXPECT_EQ(init_with({CKM_SHA256_RSA_PKCS, nullptr, 0}), CKR_KEY_TYPE_INCONSISTENT);
  const CK_SESSION_HANDLE other = open("p256");
  CK_MECHANISM mechanism{CKM_EDDSA, nullptr, 0};
  EXPECT_EQ(C_SignInit(other, &mechanism, private_key(other)), CKR_KEY_TYPE_INCONSISTENT);
  CK_MECHANISM_INFO info{};
  EXPECT_EQ(C_GetMechanismInfo(SoftwareService::slot("ed25519"), CKM_EDDSA, &info), CKR_OK);
  EXPECT_EQ(info.ulMinKeySize, 255U);
  EXPECT_EQ(info.flags & (CKF_SIGN | CKF_VERIFY), CKF_SIGN | CKF_VERIFY);
  EXPECT_EQ(C_GetMechanismInfo(SoftwareService::slot("p256"), CKM_EDDSA, &info),
            CKR_MECHANISM_INVALID);
  CK_ULONG count = 0;
  EXPECT_EQ(C_GetMechanismList(SoftwareService::slot("ed25519"), nullptr, &count), CKR_OK);
  EXPECT_EQ(count, 1U + 5U);
}

TEST_F(EddsaTest, KeysShowCurveAndPoint) {
  const PublicKey expected = service().public_key("ed25519");
  for (const CK_OBJECT_HANDLE key :
       {private_key(session), find_class(session, CKO_PUBLIC_KEY).front()}) {
    CK_KEY_TYPE type = 0;
    const Bytes shown = attribute(session, key, CKA_KEY_TYPE);
    ASSERT_EQ(shown.size(), sizeof type);
    std::memcpy(&type, shown.data(), sizeof type);
    EXPECT_EQ(type, CKK_EC_EDWARDS);
    const Bytes point = attribute(session, key, CKA_EC_POINT);
    EXPECT_EQ(point.size(), 34U);  // an OCTET STRING
    const auto read = PublicKey::from_ec(attribute(session, key, CKA_EC_PARAMS), point);
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(*read, expected);
  }
  CK_ATTRIBUTE secret{CKA_VALUE, nullptr, 0};
  EXPECT_EQ(C_GetAttributeValue(session, private_key(session), &secret, 1),
            CKR_ATTRIBUTE_SENSITIVE);
}

TEST_F(EddsaTest, CurveIsKnownByAllItsNames) {
  const PublicKey expected = service().public_key("ed25519");
  const Bytes point = expected.ec_point();
  for (const Bytes& name :
       {Bytes{0x06, 0x03, 0x2b, 0x65, 0x70},
        Bytes{0x06, 0x09, 0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x0f, 0x01},
        Bytes{0x13, 0x0c, 'e', 'd', 'w', 'a', 'r', 'd', 's', '2', '5', '5', '1', '9'}}) {
    const auto read = PublicKey::from_ec(name, point);
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(*read, expected);
    EXPECT_FALSE(PublicKey::from_ec(name, ByteView(point).first(31)).has_value());
  }
}

TEST(EddsaInputTest, SuitsOnlyItsOwnKeyAndForm) {
  const SignatureAlgorithm eddsa{Scheme::ed25519, Hash::sha512, Hash::none, 0};
  const SignatureAlgorithm ecdsa{Scheme::ecdsa, Hash::sha256, Hash::none, 0};
  EXPECT_FALSE(unsuitable({eddsa, {}, {1, 2}}, KeyType::ed25519, 0));
  EXPECT_TRUE(unsuitable({eddsa, {}, {1, 2}}, KeyType::ec_p256, 0));
  EXPECT_TRUE(unsuitable({eddsa, Bytes(64), {}}, KeyType::ed25519, 0));
  EXPECT_TRUE(unsuitable({eddsa, {}, Bytes(longest_message + 1)}, KeyType::ed25519, 0));
  EXPECT_TRUE(unsuitable({ecdsa, Bytes(32), {}}, KeyType::ed25519, 0));
  EXPECT_TRUE(unsuitable({ecdsa, Bytes(32), {1}}, KeyType::ec_p256, 0));
  EXPECT_EQ(to_text(eddsa), "ed25519");
}

}  // namespace
}  // namespace countersign::test
