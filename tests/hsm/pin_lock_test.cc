#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "hsm-backends/pkcs11_token.h"
#include "tests/hsm/test_token.h"

namespace countersign::hsm {
namespace {

/// A token whose PIN a program hands out, which notes each time that it was asked.
class PinLockTest : public testing::Test {
 protected:
  PinLockTest() {
    const TestToken& token = TestToken::get();
    std::filesystem::remove(token.folder() + "/asked");
    config_.pin = PinCommand{{token.write(
        "hand-out-pin",
        "#!/bin/sh\ncd " + token.folder() + "\necho x >>asked\ncat handed-out-pin\n", 0700)}};
  }

  void set_pin(const std::string& pin) { TestToken::get().write("handed-out-pin", pin + "\n"); }

  static int times_asked() {
    std::ifstream in(TestToken::get().folder() + "/asked");
    int lines = 0;
    for (std::string line; std::getline(in, line);) ++lines;
    return lines;
  }

  TokenConfig config_ = TestToken::get().config();
  MemoryPinLock lock_;
};

TEST_F(PinLockTest, AWrongPinIsTriedOnce) {
  set_pin("not-the-pin");
  Pkcs11Token token(config_, lock_);
  for (int attempt = 0; attempt < 5; ++attempt) {
    const auto key = token.find_key(key_uri("rsa"));
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().code, "token_locked");
    EXPECT_EQ(key.error().kind, ErrorKind::unavailable);
    EXPECT_NE(key.error().text().find("countersign hsm retry main"), std::string::npos);
    EXPECT_EQ(key.error().text().find("not-the-pin"), std::string::npos);
  }
  EXPECT_EQ(times_asked(), 1);
  EXPECT_EQ(token.status().state, TokenState::locked);
  EXPECT_NE(lock_.reason("main").find("CKR_PIN_INCORRECT"), std::string::npos);
}

TEST_F(PinLockTest, TheRightPinIsNotTriedBeforeRetryEvenAfterARestart) {
  set_pin("not-the-pin");
  EXPECT_FALSE(Pkcs11Token(config_, lock_).connect());
  set_pin(TestToken::get().pin());
  Pkcs11Token token(config_, lock_);
  const auto connected = token.connect();
  ASSERT_FALSE(connected);
  EXPECT_EQ(connected.error().code, "token_locked");
  EXPECT_EQ(token.status().state, TokenState::locked);
  EXPECT_EQ(times_asked(), 1);

  const auto again = token.retry();
  EXPECT_TRUE(again) << again.error().text();
  EXPECT_EQ(token.status().state, TokenState::ready);
  EXPECT_FALSE(lock_.locked("main"));
  EXPECT_TRUE(token.find_key(key_uri("rsa")));
  EXPECT_EQ(times_asked(), 2);
}

TEST_F(PinLockTest, ARetryWithTheWrongPinChangesNothing) {
  set_pin("not-the-pin");
  Pkcs11Token token(config_, lock_);
  EXPECT_FALSE(token.connect());
  EXPECT_FALSE(token.retry());
  EXPECT_TRUE(lock_.locked("main"));
  EXPECT_EQ(token.status().state, TokenState::locked);
  EXPECT_FALSE(token.connect());
  EXPECT_EQ(times_asked(), 2);
}

TEST_F(PinLockTest, ARetryThatReachesNoTokenLeavesItLocked) {
  set_pin("not-the-pin");
  Pkcs11Token token(config_, lock_);
  EXPECT_FALSE(token.connect());
  std::filesystem::remove(TestToken::get().folder() + "/handed-out-pin");
  const auto again = token.retry();
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, "token_down") << again.error().text();
  EXPECT_EQ(token.status().state, TokenState::locked);
  EXPECT_EQ(token.connect().error().code, "token_locked");
}

TEST_F(PinLockTest, APinThatCannotBeReadLocksNothing) {
  std::filesystem::remove(TestToken::get().folder() + "/handed-out-pin");
  Pkcs11Token token(config_, lock_);
  const auto connected = token.connect();
  ASSERT_FALSE(connected);
  EXPECT_EQ(connected.error().code, "token_down");
  EXPECT_EQ(token.status().state, TokenState::down);
  EXPECT_FALSE(lock_.locked("main"));
  EXPECT_FALSE(token.connect());
  EXPECT_EQ(times_asked(), 1) << "a token that is down is left alone for some seconds";
  set_pin(TestToken::get().pin());
  EXPECT_TRUE(token.retry()) << "but not by somebody who asks for it";
}

TEST_F(PinLockTest, ALockThatCannotBeWrittenDownStillHolds) {
  class BrokenLock final : public PinLock {
   public:
    bool locked(const std::string&) const override { return false; }
    Status lock(const std::string&, const std::string&) override {
      return fail(ErrorKind::unavailable, "store_full", "the disk is full");
    }
    Status unlock(const std::string&) override { return {}; }
  };
  set_pin("not-the-pin");
  BrokenLock broken;
  Pkcs11Token token(config_, broken);
  for (int attempt = 0; attempt < 3; ++attempt) {
    const auto connected = token.connect();
    ASSERT_FALSE(connected);
    EXPECT_EQ(connected.error().code, "token_locked");
    EXPECT_NE(connected.error().message.find("the disk is full"), std::string::npos);
  }
  EXPECT_EQ(times_asked(), 1);
}

/// As processes of the embedded shape do, which share the lock.
TEST_F(PinLockTest, WhatAnotherProcessUnlocksIsTriedAgain) {
  set_pin("not-the-pin");
  Pkcs11Token token(config_, lock_);
  EXPECT_FALSE(token.connect());
  set_pin(TestToken::get().pin());
  EXPECT_FALSE(token.connect());
  ASSERT_TRUE(lock_.unlock("main"));
  for (int second = 0; second < 20 && !token.connect(); ++second)
    std::this_thread::sleep_for(std::chrono::seconds(1));
  EXPECT_TRUE(token.connect());
  EXPECT_EQ(token.status().state, TokenState::ready);
  EXPECT_EQ(times_asked(), 2);
}

TEST_F(PinLockTest, ThePinIsReadOnceForManyCalls) {
  set_pin(TestToken::get().pin());
  Pkcs11Token token(config_, lock_);
  for (int call = 0; call < 5; ++call) EXPECT_TRUE(token.find_key(key_uri("rsa")));
  EXPECT_EQ(times_asked(), 1);
}

}  // namespace
}  // namespace countersign::hsm
