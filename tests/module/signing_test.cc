// C_SignInit, C_Sign, C_SignUpdate, C_SignFinal: PKCS#11 v2.40 §5.11.
#include "tests/module/fixture.h"

namespace countersign::test {
namespace {

class SigningTest : public ModuleTest {
 protected:
  void SetUp() override {
    ModuleTest::SetUp();
    session = open("rsa");
  }

  CK_RV sign(Bytes& signature, CK_ULONG& length) {
    return C_Sign(session, message.data(), message.size(), signature.data(), &length);
  }
  CK_RV sign() {
    Bytes signature(1024);
    CK_ULONG length = signature.size();
    return sign(signature, length);
  }
  /// Whether the session has a sign operation, found out without touching the service.
  bool active() {
    CK_ULONG length = 0;
    return C_SignFinal(session, nullptr, &length) == CKR_OK;
  }

  CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
};

class EveryMechanism : public ModuleTest, public testing::WithParamInterface<MechanismCase> {
 protected:
  static std::vector<std::string> signers() {
    return GetParam().rsa ? std::vector<std::string>{"rsa"}
                          : std::vector<std::string>{"p256", "p384", "p521"};
  }
};

TEST_P(EveryMechanism, SignsInOnePart) {
  for (const std::string& signer : signers()) {
    OwnedMechanism owned(GetParam());
    const CK_SESSION_HANDLE session = open(signer);
    ASSERT_EQ(C_SignInit(session, &owned.mechanism, private_key(session)), CKR_OK);
    Bytes input = GetParam().input(message);
    Bytes signature(1024);
    CK_ULONG length = signature.size();
    ASSERT_EQ(C_Sign(session, input.data(), input.size(), signature.data(), &length), CKR_OK);
    signature.resize(length);
    EXPECT_TRUE(
        verifies(service().public_key(signer).der(), GetParam().expected, message, signature));
  }
}

TEST_P(EveryMechanism, SignsInManyParts) {
  for (const std::string& signer : signers()) {
    OwnedMechanism owned(GetParam());
    const CK_SESSION_HANDLE session = open(signer);
    ASSERT_EQ(C_SignInit(session, &owned.mechanism, private_key(session)), CKR_OK);
    for (CK_BYTE byte : GetParam().input(message))
      ASSERT_EQ(C_SignUpdate(session, &byte, 1), CKR_OK);
    Bytes signature(1024);
    CK_ULONG length = signature.size();
    ASSERT_EQ(C_SignFinal(session, signature.data(), &length), CKR_OK);
    signature.resize(length);
    EXPECT_TRUE(
        verifies(service().public_key(signer).der(), GetParam().expected, message, signature));
  }
}

INSTANTIATE_TEST_SUITE_P(Mechanisms, EveryMechanism, testing::ValuesIn(mechanism_cases()),
                         [](const auto& shown) { return shown.param.name; });

TEST_F(SigningTest, LengthQueryAnswersWithoutTheServiceAndKeepsTheOperation) {
  ASSERT_EQ(init(session), CKR_OK);
  for (int i = 0; i < 3; ++i) {
    CK_ULONG length = 0;
    EXPECT_EQ(C_Sign(session, message.data(), message.size(), nullptr, &length), CKR_OK);
    EXPECT_EQ(length, 256U);
    EXPECT_EQ(C_Sign(session, nullptr, 0, nullptr, &length), CKR_OK);
  }
  EXPECT_TRUE(service().asked().empty());
  EXPECT_EQ(sign(), CKR_OK);
  EXPECT_EQ(service().asked().size(), 1U);
}

TEST_F(SigningTest, ShortBufferTellsTheLengthAndKeepsTheOperation) {
  ASSERT_EQ(init(session), CKR_OK);
  Bytes signature(255);
  CK_ULONG length = signature.size();
  EXPECT_EQ(sign(signature, length), CKR_BUFFER_TOO_SMALL);
  EXPECT_EQ(length, 256U);
  EXPECT_TRUE(service().asked().empty());
  EXPECT_EQ(sign(), CKR_OK);
}

TEST_F(SigningTest, FinalHasTheSameLengthRules) {
  ASSERT_EQ(init(session), CKR_OK);
  ASSERT_EQ(C_SignUpdate(session, message.data(), message.size()), CKR_OK);
  CK_ULONG length = 0;
  EXPECT_EQ(C_SignFinal(session, nullptr, &length), CKR_OK);
  EXPECT_EQ(length, 256U);
  Bytes signature(256);
  length = 10;
  EXPECT_EQ(C_SignFinal(session, signature.data(), &length), CKR_BUFFER_TOO_SMALL);
  EXPECT_EQ(length, 256U);
  EXPECT_TRUE(service().asked().empty());
  EXPECT_EQ(C_SignFinal(session, signature.data(), &length), CKR_OK);
  EXPECT_FALSE(active());
}

TEST_F(SigningTest, SuccessAndFailureBothEndTheOperation) {
  ASSERT_EQ(init(session), CKR_OK);
  EXPECT_EQ(sign(), CKR_OK);
  EXPECT_FALSE(active());
  service().refuse_signing(Error{ErrorKind::unavailable, "down", "the gateway is down", ""});
  ASSERT_EQ(init(session), CKR_OK);
  EXPECT_EQ(sign(), CKR_DEVICE_ERROR);
  EXPECT_FALSE(active());
}

TEST_F(SigningTest, BadPointersEndTheOperation) {
  Bytes signature(256);
  CK_ULONG length = signature.size();
  ASSERT_EQ(init(session), CKR_OK);
  EXPECT_EQ(C_Sign(session, message.data(), message.size(), signature.data(), nullptr),
            CKR_ARGUMENTS_BAD);
  EXPECT_FALSE(active());
  ASSERT_EQ(init(session), CKR_OK);
  EXPECT_EQ(C_Sign(session, nullptr, 5, signature.data(), &length), CKR_ARGUMENTS_BAD);
  EXPECT_FALSE(active());
  ASSERT_EQ(init(session), CKR_OK);
  EXPECT_EQ(C_SignUpdate(session, nullptr, 5), CKR_ARGUMENTS_BAD);
  EXPECT_FALSE(active());
  ASSERT_EQ(init(session), CKR_OK);
  EXPECT_EQ(C_SignFinal(session, signature.data(), nullptr), CKR_ARGUMENTS_BAD);
  EXPECT_FALSE(active());
  EXPECT_TRUE(service().asked().empty());
}

TEST_F(SigningTest, SingleSignatureCannotEndAMultiPartOne) {
  ASSERT_EQ(init(session), CKR_OK);
  ASSERT_EQ(C_SignUpdate(session, message.data(), message.size()), CKR_OK);
  EXPECT_EQ(sign(), CKR_OPERATION_ACTIVE);
  EXPECT_FALSE(active());
  EXPECT_TRUE(service().asked().empty());
}

TEST_F(SigningTest, WithoutAnOperationNothingHappens) {
  CK_ULONG length = 0;
  EXPECT_EQ(sign(), CKR_OPERATION_NOT_INITIALIZED);
  EXPECT_EQ(C_SignUpdate(session, message.data(), 1), CKR_OPERATION_NOT_INITIALIZED);
  EXPECT_EQ(C_SignFinal(session, nullptr, &length), CKR_OPERATION_NOT_INITIALIZED);
}

TEST_F(SigningTest, SecondInitIsRefusedAndKeepsTheFirst) {
  ASSERT_EQ(init(session), CKR_OK);
  EXPECT_EQ(init(session), CKR_OPERATION_ACTIVE);
  EXPECT_EQ(sign(), CKR_OK);
}

TEST_F(SigningTest, CancellingNeverSigns) {
  ASSERT_EQ(init(session), CKR_OK);
  ASSERT_EQ(C_SignUpdate(session, message.data(), message.size()), CKR_OK);
  EXPECT_EQ(C_SignInit(session, nullptr, CK_INVALID_HANDLE), CKR_OK);
  EXPECT_FALSE(active());
  EXPECT_TRUE(service().asked().empty());
  EXPECT_EQ(init(session), CKR_OK);
}

TEST_F(SigningTest, InitChecksMechanismAndKeyOnly) {
  service().refuse_signing(Error{ErrorKind::denied, "frozen", "the signer is frozen", ""});
  EXPECT_EQ(init(session), CKR_OK);
  C_SignInit(session, nullptr, CK_INVALID_HANDLE);
  EXPECT_EQ(init(session, CKM_RSA_X_509), CKR_MECHANISM_INVALID);
  EXPECT_EQ(init(session, CKM_SHA1_RSA_PKCS), CKR_MECHANISM_INVALID);
  EXPECT_EQ(init(session, CKM_ECDSA), CKR_KEY_TYPE_INCONSISTENT);
  CK_MECHANISM mechanism{CKM_SHA256_RSA_PKCS, nullptr, 0};
  EXPECT_EQ(C_SignInit(session, &mechanism, 12345), CKR_KEY_HANDLE_INVALID);
  EXPECT_EQ(C_SignInit(session, &mechanism, private_key(open("p256"))), CKR_KEY_HANDLE_INVALID);
  EXPECT_EQ(C_SignInit(session, &mechanism, find_class(session, CKO_PUBLIC_KEY).front()),
            CKR_KEY_TYPE_INCONSISTENT);
}

TEST_F(SigningTest, ParametersAreReadStrictly) {
  const CK_OBJECT_HANDLE key = private_key(session);
  const auto init_with = [&](CK_MECHANISM_TYPE type, void* parameter, CK_ULONG length) {
    CK_MECHANISM mechanism{type, parameter, length};
    const CK_RV result = C_SignInit(session, &mechanism, key);
    C_SignInit(session, nullptr, CK_INVALID_HANDLE);
    return result;
  };
  const auto pss = [&](CK_MECHANISM_TYPE type, CK_RSA_PKCS_PSS_PARAMS parameter) {
    return init_with(type, &parameter, sizeof parameter);
  };
  CK_BYTE superfluous = 0;
  EXPECT_EQ(init_with(CKM_RSA_PKCS, &superfluous, 1), CKR_MECHANISM_PARAM_INVALID);
  EXPECT_EQ(init_with(CKM_RSA_PKCS, &superfluous, 0), CKR_OK);
  EXPECT_EQ(init_with(CKM_RSA_PKCS_PSS, nullptr, 0), CKR_MECHANISM_PARAM_INVALID);
  EXPECT_EQ(init_with(CKM_RSA_PKCS_PSS, &superfluous, 1), CKR_MECHANISM_PARAM_INVALID);
  EXPECT_EQ(pss(CKM_RSA_PKCS_PSS, {CKM_SHA256, CKG_MGF1_SHA256, 32}), CKR_OK);
  EXPECT_EQ(pss(CKM_RSA_PKCS_PSS, {CKM_SHA256, CKG_MGF1_SHA1, 0}), CKR_OK);
  EXPECT_EQ(pss(CKM_RSA_PKCS_PSS, {CKM_MD5, CKG_MGF1_SHA256, 32}), CKR_MECHANISM_PARAM_INVALID);
  EXPECT_EQ(pss(CKM_RSA_PKCS_PSS, {CKM_SHA256, 99, 32}), CKR_MECHANISM_PARAM_INVALID);
  EXPECT_EQ(pss(CKM_RSA_PKCS_PSS, {CKM_SHA256, CKG_MGF1_SHA256, 222}), CKR_OK);
  EXPECT_EQ(pss(CKM_RSA_PKCS_PSS, {CKM_SHA256, CKG_MGF1_SHA256, 223}), CKR_MECHANISM_PARAM_INVALID);
  EXPECT_EQ(pss(CKM_RSA_PKCS_PSS, {CKM_SHA256, CKG_MGF1_SHA256, ~0UL}),
            CKR_MECHANISM_PARAM_INVALID);
  EXPECT_EQ(pss(CKM_SHA256_RSA_PKCS_PSS, {CKM_SHA384, CKG_MGF1_SHA384, 48}),
            CKR_MECHANISM_PARAM_INVALID);
}

TEST_F(SigningTest, PreHashedInputIsReadStrictly) {
  const auto sign_raw = [](CK_SESSION_HANDLE on, OwnedMechanism& owned, Bytes input) {
    EXPECT_EQ(C_SignInit(on, &owned.mechanism, private_key(on)), CKR_OK);
    Bytes signature(1024);
    CK_ULONG length = signature.size();
    return C_Sign(on, input.data(), input.size(), signature.data(), &length);
  };
  const auto named = [](const std::string& name) {
    for (const MechanismCase& each : mechanism_cases())
      if (each.name == name) return each;
    return mechanism_cases().front();
  };
  OwnedMechanism pkcs1(named("RSA_PKCS"));
  Bytes info = named("RSA_PKCS").input(message);
  EXPECT_EQ(sign_raw(session, pkcs1, hashed("SHA256", message)), CKR_DATA_INVALID);
  EXPECT_EQ(sign_raw(session, pkcs1, {}), CKR_DATA_INVALID);
  info.push_back(0);
  EXPECT_EQ(sign_raw(session, pkcs1, info), CKR_DATA_INVALID);
  EXPECT_EQ(sign_raw(session, pkcs1, Bytes(246, 1)), CKR_DATA_LEN_RANGE);
  OwnedMechanism pss(named("RSA_PKCS_PSS"));
  EXPECT_EQ(sign_raw(session, pss, Bytes(31)), CKR_DATA_LEN_RANGE);
  EXPECT_EQ(sign_raw(session, pss, Bytes(33)), CKR_DATA_LEN_RANGE);
  const CK_SESSION_HANDLE ec = open("p256");
  OwnedMechanism ecdsa(named("ECDSA"));
  EXPECT_EQ(sign_raw(ec, ecdsa, Bytes(19, 1)), CKR_DATA_LEN_RANGE);
  EXPECT_EQ(sign_raw(ec, ecdsa, Bytes(20, 1)), CKR_OK);
  EXPECT_EQ(sign_raw(ec, ecdsa, Bytes(65, 1)), CKR_DATA_LEN_RANGE);
  EXPECT_EQ(service().asked().size(), 1U);
}

TEST_F(SigningTest, EachSignatureIsANewWishWithClaimedFacts) {
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(init(session), CKR_OK);
    ASSERT_EQ(sign(), CKR_OK);
  }
  const auto asked = service().asked();
  ASSERT_EQ(asked.size(), 2U);
  EXPECT_NE(asked[0].operation, asked[1].operation);
  std::vector<std::string> names;
  for (const auto& [name, value] : asked[0].claimed) {
    names.push_back(name);
    EXPECT_LE(value.size(), 512U);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"executable", "pid", "host", "folder"}));
  EXPECT_EQ(asked[0].claimed[1].second, std::to_string(getpid()));
}

TEST_F(SigningTest, SessionClosedWhileSigningStillSigns) {
  service().before_signing([this] { EXPECT_EQ(C_CloseSession(session), CKR_OK); });
  ASSERT_EQ(init(session), CKR_OK);
  EXPECT_EQ(sign(), CKR_OK);
  EXPECT_EQ(sign(), CKR_SESSION_HANDLE_INVALID);
}

}  // namespace
}  // namespace countersign::test
