// What a token may do wrong at each call, and what is then known about the signature.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "hsm-backends/pkcs11_token.h"
#include "hsm-backends/token_set.h"
#include "tests/hsm/faulty_library.h"
#include "tests/hsm/test_token.h"

namespace countersign::hsm {
namespace {

class FaultTest : public testing::Test {
 protected:
  FaultTest() {
    config_ = TestToken::get().config();
    config_.library = FAULTY_LIBRARY;
    faults_ = new (map_faults()) Faults{};
  }

  tl::expected<Bytes, SignFailure> sign(Token& token) {
    if (!key_) key_ = KeyReference{key_uri("p256"), token.find_key(key_uri("p256")).value()};
    return token.sign(*key_, sha256_input(Scheme::ecdsa));
  }

  TokenConfig config_;
  Faults* faults_ = nullptr;
  MemoryPinLock lock_;
  std::optional<KeyReference> key_;
};

TEST_F(FaultTest, PassesInitArgumentsOn) {
  config_.init_arguments = "configdir='sql:/some/where'";
  Pkcs11Token token(config_, lock_);
  EXPECT_TRUE(token.connect());
  EXPECT_STREQ(faults_->init_arguments.data(), "configdir='sql:/some/where'");
  TokenConfig other = config_;
  other.init_arguments = "another";
  EXPECT_FALSE(Pkcs11Token(other, lock_).connect());
}

struct LoginCase {
  CK_RV value;
  bool locks;
};

TEST_F(FaultTest, LoginThatMayHaveCostAnAttemptLocks) {
  for (const auto& [value, locks] :
       {LoginCase{CKR_PIN_INCORRECT, true}, LoginCase{CKR_PIN_LOCKED, true},
        LoginCase{CKR_PIN_EXPIRED, true}, LoginCase{CKR_PIN_LEN_RANGE, true},
        LoginCase{CKR_USER_PIN_NOT_INITIALIZED, true}, LoginCase{CKR_GENERAL_ERROR, true},
        LoginCase{CKR_VENDOR_DEFINED | 7, true}, LoginCase{CKR_DEVICE_REMOVED, false},
        LoginCase{CKR_DEVICE_ERROR, false}, LoginCase{CKR_SESSION_HANDLE_INVALID, false}}) {
    MemoryPinLock lock;
    Pkcs11Token token(config_, lock);
    faults_->login = value;
    faults_->lasting = 1;
    faults_->logins = 0;
    const auto connected = token.connect();
    ASSERT_FALSE(connected);
    EXPECT_EQ(connected.error().code, locks ? "token_locked" : "token_down");
    EXPECT_EQ(lock.locked("main"), locks) << connected.error().text();
    EXPECT_FALSE(token.connect());
    EXPECT_EQ(faults_->logins, 1);
    EXPECT_TRUE(token.retry());
    EXPECT_FALSE(lock.locked("main"));
  }
}

TEST_F(FaultTest, LoggedInAlreadyIsFine) {
  Pkcs11Token token(config_, lock_);
  faults_->login = CKR_USER_ALREADY_LOGGED_IN;
  faults_->lasting = 1;
  EXPECT_TRUE(token.connect());
}

TEST_F(FaultTest, LastAttemptIsNotSpentUnasked) {
  faults_->flags = CKF_USER_PIN_FINAL_TRY | CKF_USER_PIN_COUNT_LOW;
  Pkcs11Token token(config_, lock_);
  const auto connected = token.connect();
  ASSERT_FALSE(connected);
  EXPECT_EQ(connected.error().code, "token_locked");
  EXPECT_TRUE(lock_.locked("main"));
  EXPECT_EQ(faults_->logins, 0);
  EXPECT_TRUE(token.retry());
  EXPECT_EQ(faults_->logins, 1);
}

TEST_F(FaultTest, LockedPinIsNeverTried) {
  faults_->flags = CKF_USER_PIN_LOCKED;
  Pkcs11Token token(config_, lock_);
  EXPECT_FALSE(token.connect());
  EXPECT_FALSE(token.retry());
  EXPECT_EQ(token.status().state, TokenState::locked);
  EXPECT_EQ(faults_->logins, 0);
}

TEST_F(FaultTest, LowCountAloneIsNoReasonToStop) {
  faults_->flags = CKF_USER_PIN_COUNT_LOW;
  EXPECT_TRUE(Pkcs11Token(config_, lock_).connect());
}

TEST_F(FaultTest, LostBeforeSigningIsTriedOnceMore) {
  Pkcs11Token token(config_, lock_);
  for (const CK_RV value :
       {CKR_KEY_HANDLE_INVALID, CKR_OBJECT_HANDLE_INVALID, CKR_SESSION_HANDLE_INVALID,
        CKR_USER_NOT_LOGGED_IN, CKR_DEVICE_ERROR, CKR_TOKEN_NOT_PRESENT}) {
    faults_->sign_init = value;
    faults_->lasting = 1;
    const auto signature = sign(token);
    EXPECT_TRUE(signature) << signature.error().error.text();
    faults_->lasting = 2;
    const auto failed = sign(token);
    ASSERT_FALSE(failed);
    EXPECT_TRUE(failed.error().surely_not_signed);
    EXPECT_EQ(failed.error().error.kind, ErrorKind::unavailable);
    EXPECT_TRUE(sign(token));
  }
}

TEST_F(FaultTest, RefusalOfSignInitIsSurelyNotSignedAndNotRepeated) {
  Pkcs11Token token(config_, lock_);
  sign(token).value();
  faults_->sign_init = CKR_MECHANISM_INVALID;
  faults_->lasting = 1;
  faults_->sign_calls = 0;
  const auto signature = sign(token);
  ASSERT_FALSE(signature);
  EXPECT_TRUE(signature.error().surely_not_signed);
  EXPECT_NE(signature.error().error.message.find("CKR_MECHANISM_INVALID"), std::string::npos);
  EXPECT_NE(signature.error().error.message.find(FAULTY_LIBRARY), std::string::npos);
  EXPECT_EQ(faults_->sign_calls, 0);
}

TEST_F(FaultTest, KeyThatMayNotSignIsUnusable) {
  Pkcs11Token token(config_, lock_);
  faults_->may_not_sign = 1;
  EXPECT_EQ(token.find_key(key_uri("rsa")).error().code, "key_unusable");
}

TEST_F(FaultTest, PublicKeyObjectServesWhereThePrivateKeyShowsNothing) {
  Pkcs11Token token(config_, lock_);
  const auto shown = token.find_key(key_uri("rsa"));
  faults_->hidden_modulus = 1;
  const auto from_partner = token.find_key(key_uri("rsa"));
  ASSERT_TRUE(from_partner) << from_partner.error().text();
  EXPECT_EQ(*from_partner, *shown);
}

TEST_F(FaultTest, FailedSearchIsTriedOnceMore) {
  Pkcs11Token token(config_, lock_);
  faults_->search = CKR_SESSION_HANDLE_INVALID;
  faults_->lasting = 1;
  EXPECT_TRUE(token.find_key(key_uri("p256")));
}

TEST_F(FaultTest, WhateverSignReturnsItMayHaveSignedAndIsNotRepeated) {
  Pkcs11Token token(config_, lock_);
  for (const CK_RV value :
       {CKR_DEVICE_ERROR, CKR_FUNCTION_FAILED, CKR_SESSION_HANDLE_INVALID, CKR_USER_NOT_LOGGED_IN,
        CKR_KEY_HANDLE_INVALID, CKR_HOST_MEMORY, CKR_FUNCTION_CANCELED, CKR_DATA_LEN_RANGE}) {
    faults_->lasting = 0;
    sign(token).value();
    faults_->sign = value;
    faults_->lasting = 1;
    faults_->sign_calls = 0;
    const auto signature = sign(token);
    ASSERT_FALSE(signature);
    EXPECT_FALSE(signature.error().surely_not_signed);
    EXPECT_EQ(signature.error().error.code, "token_failed");
    EXPECT_EQ(faults_->sign_calls, 1);
    EXPECT_TRUE(sign(token)) << "the next call finds everything in order again";
  }
}

TEST_F(FaultTest, SignatureOfAnotherLengthIsNotHandedOut) {
  Pkcs11Token token(config_, lock_);
  faults_->short_signature = 1;
  const auto signature = sign(token);
  ASSERT_FALSE(signature);
  EXPECT_EQ(signature.error().error.code, "token_failed");
  EXPECT_FALSE(signature.error().surely_not_signed);
}

TEST_F(FaultTest, WrongSignatureIsHeldBackWhenVerified) {
  TokenSet tokens({config_}, lock_);
  faults_->wrong_signature = 1;
  const KeyReference key{key_uri("p256"),
                         Pkcs11Token(config_, lock_).find_key(key_uri("p256")).value()};
  std::atomic<int> called = 0;
  const auto expect_wrong = [&called](const tl::expected<Bytes, SignFailure>& signature) {
    ++called;
    ASSERT_FALSE(signature);
    EXPECT_EQ(signature.error().error.code, "signature_wrong");
    EXPECT_EQ(signature.error().error.kind, ErrorKind::internal);
    EXPECT_NE(signature.error().error.message.find("main"), std::string::npos);
    EXPECT_FALSE(signature.error().surely_not_signed);
  };
  const auto expect_any = [&called](const tl::expected<Bytes, SignFailure>& signature) {
    ++called;
    EXPECT_TRUE(signature);
  };
  tokens.sign("main", key, sha256_input(Scheme::ecdsa), true, expect_wrong);
  tokens.sign("main", key, sha256_input(Scheme::ecdsa), false, expect_any);
  tokens.stop();
  EXPECT_EQ(called, 2);
}

/// Signs from eight threads; how many calls of C_Sign ran at once at most.
std::uint64_t most_at_once(Token& token, const KeyReference& key, Faults& faults) {
  faults.most_at_once = 0;
  std::vector<std::thread> threads;
  threads.reserve(8);
  for (int thread = 0; thread < 8; ++thread)
    threads.emplace_back([&] {
      for (int round = 0; round < 20; ++round)
        EXPECT_TRUE(token.sign(key, sha256_input(Scheme::ecdsa)));
    });
  for (std::thread& each : threads) each.join();
  return faults.most_at_once;
}

TEST_F(FaultTest, TokenWithFewSessionsGetsAlongWithThem) {
  faults_->sessions = 2;  // the anchor and one to work with
  Pkcs11Token token(config_, lock_);
  sign(token).value();
  EXPECT_EQ(most_at_once(token, *key_, *faults_), 1);
  EXPECT_LE(faults_->open_sessions, 2);
}

TEST_F(FaultTest, NoMoreSessionsThanConfiguredAreOpen) {
  Pkcs11Token token(config_, lock_);
  sign(token).value();
  EXPECT_GT(most_at_once(token, *key_, *faults_), 1);
  EXPECT_LE(faults_->open_sessions, 5);
}

TEST_F(FaultTest, SerialisedLibraryIsCalledOnceAtATime) {
  config_.serialise = true;
  Pkcs11Token token(config_, lock_);
  sign(token).value();
  EXPECT_EQ(most_at_once(token, *key_, *faults_), 1);
  EXPECT_GT(faults_->open_sessions, 2);
}

TEST_F(FaultTest, NoSessionIsLeftOpen) {
  {
    Pkcs11Token token(config_, lock_);
    sign(token).value();
    faults_->sign = CKR_FUNCTION_FAILED;
    faults_->lasting = 1;
    EXPECT_FALSE(sign(token));
    EXPECT_TRUE(sign(token));
  }
  EXPECT_EQ(faults_->open_sessions, 0);
}

}  // namespace
}  // namespace countersign::hsm
