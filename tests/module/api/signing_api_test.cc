// The built module signing on a real token behind a real gateway, judged by OpenSSL.
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

#include "tests/module/api/module_under_test.h"
#include "tests/module/mechanism_cases.h"

namespace countersign::test {
namespace {

const Bytes release_text{'a', ' ', 'r', 'e', 'l', 'e', 'a', 's', 'e'};

class Initialised : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(module().C_Initialize(nullptr), CKR_OK); }
  void TearDown() override { EXPECT_EQ(module().C_Finalize(nullptr), CKR_OK); }
};

class EveryMechanismOfTheModule : public Initialised,
                                  public testing::WithParamInterface<MechanismCase> {
 protected:
  static std::vector<std::string> signers() {
    return GetParam().rsa ? std::vector<std::string>{"rsa"}
                          : std::vector<std::string>{"p256", "p384", "p521"};
  }
};

TEST_P(EveryMechanismOfTheModule, MakesSignaturesThatVerify) {
  for (const std::string& signer : signers()) {
    const OpenKey open(signer);
    OwnedMechanism owned(GetParam());
    ASSERT_EQ(module().C_SignInit(open.session, &owned.mechanism, open.key), CKR_OK);
    Bytes signature;
    ASSERT_EQ(open.sign(GetParam().input(release_text), signature), CKR_OK) << signer;
    EXPECT_TRUE(verifies(open.public_key, GetParam().expected, release_text, signature)) << signer;
  }
}

TEST_P(EveryMechanismOfTheModule, TakesItsInputInParts) {
  for (const std::string& signer : signers()) {
    const OpenKey open(signer);
    OwnedMechanism owned(GetParam());
    ASSERT_EQ(module().C_SignInit(open.session, &owned.mechanism, open.key), CKR_OK);
    Bytes input = GetParam().input(release_text);
    ASSERT_EQ(module().C_SignUpdate(open.session, input.data(), 4), CKR_OK);
    ASSERT_EQ(module().C_SignUpdate(open.session, input.data() + 4, input.size() - 4), CKR_OK);
    Bytes signature(1024);
    CK_ULONG length = signature.size();
    ASSERT_EQ(module().C_SignFinal(open.session, signature.data(), &length), CKR_OK);
    signature.resize(length);
    EXPECT_TRUE(verifies(open.public_key, GetParam().expected, release_text, signature)) << signer;
  }
}

INSTANTIATE_TEST_SUITE_P(Mechanisms, EveryMechanismOfTheModule,
                         testing::ValuesIn(mechanism_cases()),
                         [](const auto& shown) { return shown.param.name; });

TEST_F(Initialised, LengthQueryAndShortBufferLeadToOneSignature) {
  const OpenKey open("rsa");
  ASSERT_EQ(open.init(CKM_SHA256_RSA_PKCS), CKR_OK);
  Bytes input = release_text;
  CK_ULONG length = 0;
  EXPECT_EQ(module().C_Sign(open.session, input.data(), input.size(), nullptr, &length), CKR_OK);
  EXPECT_EQ(length, 384U);
  Bytes signature(100);
  length = signature.size();
  EXPECT_EQ(module().C_Sign(open.session, input.data(), input.size(), signature.data(), &length),
            CKR_BUFFER_TOO_SMALL);
  EXPECT_EQ(length, 384U);
  EXPECT_EQ(open.sign(release_text, signature), CKR_OK);
  EXPECT_TRUE(verifies(open.public_key, {"SHA256"}, release_text, signature));
  EXPECT_EQ(open.sign(release_text, signature), CKR_OPERATION_NOT_INITIALIZED);
}

TEST_F(Initialised, LoginInAnyOrderFindsTheKey) {
  const OpenKey before("p256");
  EXPECT_EQ(module().C_Login(before.session, CKU_USER, nullptr, 0), CKR_OK);
  const OpenKey after("p256");
  EXPECT_EQ(before.key, after.key);
  Bytes signature;
  ASSERT_EQ(after.init(CKM_ECDSA_SHA256), CKR_OK);
  EXPECT_EQ(after.sign(release_text, signature), CKR_OK);
}

TEST_F(Initialised, SixtyFourThreadsSignOnSessionsOfTheirOwn) {
  constexpr int many = 64;
  std::latch start(many);
  std::atomic<int> good{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < many; ++i)
      threads.emplace_back([&, i] {
        start.arrive_and_wait();
        const OpenKey open(i % 2 == 0 ? "p256" : "rsa");
        for (int round = 0; round < 2; ++round) {
          Bytes text = release_text;
          text.push_back(static_cast<std::uint8_t>(i));
          Bytes signature;
          if (open.init(i % 2 == 0 ? CKM_ECDSA_SHA256 : CKM_SHA256_RSA_PKCS) != CKR_OK) continue;
          if (open.sign(text, signature) != CKR_OK) continue;
          if (verifies(open.public_key, {"SHA256"}, text, signature)) ++good;
        }
      });
  }
  EXPECT_EQ(good, many * 2);
}

TEST_F(Initialised, SixtyFourThreadsSharingASessionNeverGetAWrongSignature) {
  constexpr int many = 64;
  const OpenKey open("p256");
  std::atomic<int> wrong{0};
  std::atomic<int> made{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < many; ++i)
      threads.emplace_back([&] {
        Bytes signature;
        open.init(CKM_ECDSA_SHA256);
        const CK_RV result = open.sign(release_text, signature);
        if (result == CKR_OK) ++made;
        if (result == CKR_OK && !verifies(open.public_key, {"SHA256"}, release_text, signature))
          ++wrong;
        if (result != CKR_OK && result != CKR_OPERATION_NOT_INITIALIZED) ++wrong;
      });
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_GT(made, 0);
}

}  // namespace
}  // namespace countersign::test
