// Keys with CKA_ALWAYS_AUTHENTICATE: the PIN goes to the token for every signature.
#include <filesystem>
#include <thread>

#include "hsm-backends/pkcs11_token.h"
#include "tests/hsm/worker_fixture.h"

namespace countersign::hsm {
namespace {

class AlwaysAuthenticateTest : public WorkerTest {
 protected:
  static void SetUpTestSuite() {
    TestToken::get().pkcs11_tool(
        "--keypairgen --key-type EC:prime256v1 --usage-sign --always-auth --id 77 --label "
        "each-time");
  }

  AlwaysAuthenticateTest() {
    set_pin(TestToken::get().pin());
    config_.pin = PinFile{TestToken::get().folder() + "/changing-pin"};
  }

  static void set_pin(const std::string& pin) {
    TestToken::get().write("changing-pin", pin + "\n");
  }

  tl::expected<Bytes, SignFailure> sign_each_time(Token& token) {
    if (!key_)
      key_ = KeyReference{key_uri("each-time"), token.find_key(key_uri("each-time")).value()};
    return token.sign(*key_, sha256_input(Scheme::ecdsa));
  }

  static void expect_locked(const tl::expected<Bytes, SignFailure>& signature) {
    ASSERT_FALSE(signature);
    EXPECT_EQ(signature.error().error.code, "token_locked");
    EXPECT_NE(signature.error().error.message.find("token main"), std::string::npos);
    EXPECT_TRUE(signature.error().surely_not_signed);
  }
};

TEST_F(AlwaysAuthenticateTest, ThePinIsGivenForEachSignature) {
  Pkcs11Token token(config_, lock_);
  for (std::uint64_t round = 1; round <= 3; ++round) {
    const auto signature = sign_each_time(token);
    ASSERT_TRUE(signature) << signature.error().error.text();
    EXPECT_TRUE(key_->pinned.verify(sha256_input(Scheme::ecdsa), *signature));
    EXPECT_EQ(faults_->logins, 1 + round);
  }
}

TEST_F(AlwaysAuthenticateTest, AWorkerDoesItToo) {
  const auto worker = token();
  for (int round = 0; round < 3; ++round) {
    const auto signature = sign_each_time(*worker);
    ASSERT_TRUE(signature) << signature.error().error.text();
  }
  set_pin("not-the-pin");
  expect_locked(sign_each_time(*worker));
  EXPECT_TRUE(lock_.locked("main"));
  EXPECT_EQ(worker->status().state, TokenState::locked);
}

TEST_F(AlwaysAuthenticateTest, APinRefusedOnceIsNotTriedAgain) {
  Pkcs11Token token(config_, lock_);
  ASSERT_TRUE(sign_each_time(token));
  set_pin("not-the-pin");
  const auto before = faults_->logins.load();
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread)
    threads.emplace_back([&] { expect_locked(sign_each_time(token)); });
  for (std::thread& each : threads) each.join();
  EXPECT_EQ(faults_->logins, before + 1);
  EXPECT_NE(lock_.reason("main").find("CKR_PIN_INCORRECT"), std::string::npos);
  EXPECT_EQ(token.status().state, TokenState::locked);

  set_pin(TestToken::get().pin());
  expect_locked(sign_each_time(token));
  EXPECT_TRUE(token.retry());
  EXPECT_TRUE(sign_each_time(token));
  EXPECT_FALSE(lock_.locked("main"));
}

TEST_F(AlwaysAuthenticateTest, APinThatCannotBeReadLocksNothing) {
  Pkcs11Token token(config_, lock_);
  ASSERT_TRUE(sign_each_time(token));
  std::filesystem::remove(TestToken::get().folder() + "/changing-pin");
  const auto refused = sign_each_time(token);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().error.code, "token_down");
  EXPECT_TRUE(refused.error().surely_not_signed);
  EXPECT_FALSE(lock_.locked("main"));
  set_pin(TestToken::get().pin());
  EXPECT_TRUE(sign_each_time(token));
}

}  // namespace
}  // namespace countersign::hsm
