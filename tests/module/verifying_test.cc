// C_VerifyInit, C_Verify, C_VerifyUpdate, C_VerifyFinal: PKCS#11 v2.40 §5.12.
#include "tests/module/fixture.h"

namespace countersign::test {
namespace {

class VerifyingTest : public ModuleTest {
 protected:
  void SetUp() override {
    ModuleTest::SetUp();
    session = open("rsa");
  }

  static CK_OBJECT_HANDLE public_key(CK_SESSION_HANDLE on) {
    return find_class(on, CKO_PUBLIC_KEY).front();
  }
  static CK_RV verify_init(CK_SESSION_HANDLE on, const MechanismCase& of) {
    OwnedMechanism owned(of);
    return C_VerifyInit(on, &owned.mechanism, public_key(on));
  }
  CK_RV verify_init() {
    CK_MECHANISM mechanism{CKM_SHA256_RSA_PKCS, nullptr, 0};
    return C_VerifyInit(session, &mechanism, public_key(session));
  }
  /// A signature that the service made over `message`.
  static Bytes signature_of(CK_SESSION_HANDLE on, const MechanismCase& of) {
    OwnedMechanism owned(of);
    EXPECT_EQ(C_SignInit(on, &owned.mechanism, private_key(on)), CKR_OK);
    Bytes input = of.input(message);
    Bytes signature(1024);
    CK_ULONG length = signature.size();
    EXPECT_EQ(C_Sign(on, input.data(), input.size(), signature.data(), &length), CKR_OK);
    signature.resize(length);
    return signature;
  }
  static CK_RV verify(CK_SESSION_HANDLE on, Bytes input, Bytes signature) {
    return C_Verify(on, input.data(), input.size(), signature.data(), signature.size());
  }
  /// Whether the session has an operation to verify; ends it.
  bool ends_now() { return C_VerifyUpdate(session, nullptr, 1) == CKR_ARGUMENTS_BAD; }

  CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
};

class EveryMechanismVerified : public VerifyingTest,
                               public testing::WithParamInterface<MechanismCase> {
 protected:
  static std::vector<std::string> signers() {
    return GetParam().rsa ? std::vector<std::string>{"rsa"}
                          : std::vector<std::string>{"p256", "p384", "p521"};
  }
};

TEST_P(EveryMechanismVerified, TellsGoodSignaturesFromOthers) {
  for (const std::string& signer : signers()) {
    const CK_SESSION_HANDLE on = open(signer);
    const Bytes input = GetParam().input(message);
    const Bytes signature = signature_of(on, GetParam());
    const std::size_t asked = service().asked().size();
    ASSERT_EQ(verify_init(on, GetParam()), CKR_OK);
    EXPECT_EQ(verify(on, input, signature), CKR_OK) << signer;
    Bytes other = input;
    other.back() ^= 1U;
    ASSERT_EQ(verify_init(on, GetParam()), CKR_OK);
    EXPECT_EQ(verify(on, other, signature), CKR_SIGNATURE_INVALID) << signer;
    Bytes spoilt = signature;
    spoilt.back() ^= 1U;
    ASSERT_EQ(verify_init(on, GetParam()), CKR_OK);
    EXPECT_EQ(verify(on, input, spoilt), CKR_SIGNATURE_INVALID) << signer;
    spoilt.push_back(0);
    ASSERT_EQ(verify_init(on, GetParam()), CKR_OK);
    EXPECT_EQ(verify(on, input, spoilt), CKR_SIGNATURE_LEN_RANGE) << signer;
    EXPECT_EQ(service().asked().size(), asked);
  }
}

TEST_P(EveryMechanismVerified, TakesItsInputInParts) {
  for (const std::string& signer : signers()) {
    const CK_SESSION_HANDLE on = open(signer);
    Bytes signature = signature_of(on, GetParam());
    ASSERT_EQ(verify_init(on, GetParam()), CKR_OK);
    for (CK_BYTE byte : GetParam().input(message)) ASSERT_EQ(C_VerifyUpdate(on, &byte, 1), CKR_OK);
    EXPECT_EQ(C_VerifyFinal(on, signature.data(), signature.size()), CKR_OK) << signer;
  }
}

INSTANTIATE_TEST_SUITE_P(Mechanisms, EveryMechanismVerified, testing::ValuesIn(mechanism_cases()),
                         [](const auto& shown) { return shown.param.name; });

TEST_F(VerifyingTest, InitChecksMechanismAndKey) {
  const CK_OBJECT_HANDLE key = public_key(session);
  const auto init_with = [this](CK_MECHANISM mechanism, CK_OBJECT_HANDLE with) {
    return C_VerifyInit(session, &mechanism, with);
  };
  EXPECT_EQ(init_with({CKM_RSA_X_509, nullptr, 0}, key), CKR_MECHANISM_INVALID);
  EXPECT_EQ(init_with({CKM_SHA256, nullptr, 0}, key), CKR_MECHANISM_INVALID);
  EXPECT_EQ(init_with({CKM_ECDSA, nullptr, 0}, key), CKR_KEY_TYPE_INCONSISTENT);
  EXPECT_EQ(init_with({CKM_RSA_PKCS_PSS, nullptr, 0}, key), CKR_MECHANISM_PARAM_INVALID);
  EXPECT_EQ(init_with({CKM_RSA_PKCS, nullptr, 0}, 12345), CKR_KEY_HANDLE_INVALID);
  EXPECT_EQ(init_with({CKM_RSA_PKCS, nullptr, 0}, private_key(session)), CKR_KEY_TYPE_INCONSISTENT);
  EXPECT_EQ(init_with({CKM_RSA_PKCS, nullptr, 0}, public_key(open("p256"))),
            CKR_KEY_HANDLE_INVALID);
}

TEST_F(VerifyingTest, EveryResultEndsTheOperation) {
  Bytes signature(256, 1);
  ASSERT_EQ(verify_init(), CKR_OK);
  EXPECT_EQ(verify(session, message, signature), CKR_SIGNATURE_INVALID);
  EXPECT_FALSE(ends_now());
  ASSERT_EQ(verify_init(), CKR_OK);
  EXPECT_EQ(verify(session, message, {}), CKR_SIGNATURE_LEN_RANGE);
  EXPECT_FALSE(ends_now());
  ASSERT_EQ(verify_init(), CKR_OK);
  EXPECT_EQ(C_Verify(session, message.data(), message.size(), nullptr, 256), CKR_ARGUMENTS_BAD);
  EXPECT_FALSE(ends_now());
  ASSERT_EQ(verify_init(), CKR_OK);
  EXPECT_EQ(C_VerifyFinal(session, nullptr, 256), CKR_ARGUMENTS_BAD);
  EXPECT_FALSE(ends_now());
  ASSERT_EQ(verify_init(), CKR_OK);
  ASSERT_EQ(C_VerifyUpdate(session, message.data(), 1), CKR_OK);
  EXPECT_EQ(verify(session, message, signature), CKR_OPERATION_ACTIVE);
  EXPECT_FALSE(ends_now());
}

TEST_F(VerifyingTest, SecondInitIsRefusedAndNullCancels) {
  ASSERT_EQ(verify_init(), CKR_OK);
  EXPECT_EQ(verify_init(), CKR_OPERATION_ACTIVE);
  EXPECT_EQ(C_VerifyInit(session, nullptr, CK_INVALID_HANDLE), CKR_OK);
  EXPECT_FALSE(ends_now());
}

TEST_F(VerifyingTest, PreHashedInputIsReadAsForSigning) {
  CK_MECHANISM mechanism{CKM_RSA_PKCS, nullptr, 0};
  const auto verify_raw = [&](const Bytes& input) {
    EXPECT_EQ(C_VerifyInit(session, &mechanism, public_key(session)), CKR_OK);
    return verify(session, input, Bytes(256, 1));
  };
  EXPECT_EQ(verify_raw(hashed("SHA256", message)), CKR_DATA_INVALID);
  EXPECT_EQ(verify_raw(Bytes(246, 1)), CKR_DATA_LEN_RANGE);
}

TEST_F(VerifyingTest, SigningAndVerifyingDoNotMeet) {
  ASSERT_EQ(init(session), CKR_OK);
  ASSERT_EQ(verify_init(), CKR_OK);
  EXPECT_EQ(verify(session, message, Bytes(256, 1)), CKR_SIGNATURE_INVALID);
  Bytes signature(256);
  CK_ULONG length = signature.size();
  EXPECT_EQ(C_Sign(session, message.data(), message.size(), signature.data(), &length), CKR_OK);
}

}  // namespace
}  // namespace countersign::test
