#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <sstream>
#include <thread>

#include "core/certificate.h"
#include "core/crypto.h"
#include "hsm-backends/pkcs11_token.h"
#include "tests/hsm/test_token.h"

namespace countersign::hsm {
namespace {

struct Case {
  std::string key;
  Scheme scheme;
  Hash hash;
  std::uint32_t salt = 0;
};

std::string name_of(const testing::TestParamInfo<Case>& info) {
  std::string name = info.param.key + "_" + std::string(to_text(info.param.scheme)) + "_" +
                     std::string(to_text(info.param.hash)) + "_" + std::to_string(info.param.salt);
  for (char& each : name)
    if (each == '-') each = '_';
  return name;
}

std::vector<Case> cases() {
  std::vector<Case> all;
  const std::vector<Hash> hashes{Hash::sha1, Hash::sha224, Hash::sha256, Hash::sha384,
                                 Hash::sha512};
  for (const Hash hash : hashes) {
    for (const char* key : {"rsa", "rsa2048"}) {
      all.push_back({key, Scheme::rsa_pkcs1, hash});
      all.push_back({key, Scheme::rsa_pss, hash, static_cast<std::uint32_t>(digest_size(hash))});
      all.push_back({key, Scheme::rsa_pss, hash, 0});
    }
    for (const char* key : {"p256", "p384", "p521"}) all.push_back({key, Scheme::ecdsa, hash});
  }
  for (const char* key : {"p256", "p384", "p521"}) all.push_back({key, Scheme::ecdsa, Hash::none});
  return all;
}

class EveryAlgorithm : public testing::TestWithParam<Case> {
 protected:
  static Pkcs11Token& token() {
    static MemoryPinLock lock;
    if (!token_) token_ = std::make_unique<Pkcs11Token>(TestToken::get().config(), lock);
    return *token_;
  }
  static void TearDownTestSuite() { token_.reset(); }

 private:
  static inline std::unique_ptr<Pkcs11Token> token_;
};

TEST_P(EveryAlgorithm, SignsAndVerifies) {
  const Case& test = GetParam();
  const auto key = token().find_key(key_uri(test.key));
  ASSERT_TRUE(key) << key.error().text();
  SigningInput input;
  input.algorithm = {test.scheme, test.hash, Hash::none, test.salt};
  if (test.scheme == Scheme::rsa_pss) input.algorithm.mgf_hash = test.hash;
  input.digest = digest(test.hash == Hash::none ? Hash::sha512 : test.hash, as_bytes("text"));
  const auto signature = token().sign({key_uri(test.key), *key}, input);
  ASSERT_TRUE(signature) << signature.error().error.text();
  EXPECT_EQ(signature->size(), key->signature_size());
  EXPECT_TRUE(key->verify(input, *signature));
  input.digest.back() ^= 1;
  // The last bits of a digest longer than the order take no part (FIPS 186-5 §6.4.1).
  const bool cut = test.scheme == Scheme::ecdsa && input.digest.size() > ec_order_size(key->type());
  EXPECT_EQ(key->verify(input, *signature), cut);
}

INSTANTIATE_TEST_SUITE_P(All, EveryAlgorithm, testing::ValuesIn(cases()), name_of);

TEST(Signing, TheKeyFoundIsTheOneInTheCertificate) {
  MemoryPinLock lock;
  Pkcs11Token token(TestToken::get().config(), lock);
  for (const char* name : {"rsa", "p256", "p384", "p521", "rsa2048"}) {
    std::ifstream in(TestToken::get().folder() + "/" + name + ".pem");
    std::stringstream pem;
    pem << in.rdbuf();
    const auto chain = certificates_from_pem(pem.str());
    ASSERT_TRUE(chain) << chain.error().text();
    const auto key = token.find_key(key_uri(name));
    ASSERT_TRUE(key) << key.error().text();
    EXPECT_EQ(*key, chain->front().key) << name;
  }
}

TEST(Signing, InputThatDoesNotSuitTheKeyIsSurelyNotSigned) {
  MemoryPinLock lock;
  Pkcs11Token token(TestToken::get().config(), lock);
  const auto key = token.find_key(key_uri("p256")).value();
  const auto signature = token.sign({key_uri("p256"), key}, sha256_input(Scheme::rsa_pkcs1));
  ASSERT_FALSE(signature);
  EXPECT_EQ(signature.error().error.code, "input_unsuitable");
  EXPECT_TRUE(signature.error().surely_not_signed);
}

TEST(Signing, EightThreadsShareFourSessions) {
  MemoryPinLock lock;
  for (const bool serialise : {false, true}) {
    TokenConfig config = TestToken::get().config();
    config.serialise = serialise;
    Pkcs11Token token(config, lock);
    const KeyReference key{key_uri("p256"), token.find_key(key_uri("p256")).value()};
    std::atomic<int> good = 0;
    std::vector<std::thread> threads;
    threads.reserve(8);
    for (int thread = 0; thread < 8; ++thread)
      threads.emplace_back([&token, &key, &good, thread] {
        for (int round = 0; round < 50; ++round) {
          SigningInput input = sha256_input(Scheme::ecdsa);
          input.digest = sha256(as_bytes(std::to_string(thread * 50 + round)));
          const auto signature = token.sign(key, input);
          if (signature && key.pinned.verify(input, *signature)) ++good;
        }
      });
    for (std::thread& each : threads) each.join();
    EXPECT_EQ(good, 400);
  }
}

}  // namespace
}  // namespace countersign::hsm
