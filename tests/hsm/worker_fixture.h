// What the tests of worker processes share.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "hsm-backends/worker_token.h"
#include "tests/hsm/faulty_library.h"
#include "tests/hsm/test_token.h"

namespace countersign::hsm {

class RememberingLog final : public LogSink {
 public:
  void write(Severity /*severity*/, std::string_view text) override {
    const std::lock_guard guard(mutex_);
    text_ += std::string(text) + "\n";
  }
  std::string text() const {
    const std::lock_guard guard(mutex_);
    return text_;
  }

 private:
  mutable std::mutex mutex_;
  std::string text_;
};

/// Whether `condition` comes true within half a minute.
template <class Condition>
bool comes_true(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

class WorkerTest : public testing::Test {
 protected:
  WorkerTest() {
    config_ = TestToken::get().config();
    config_.library = FAULTY_LIBRARY;
    faults_ = new (map_faults()) Faults{};
  }

  std::unique_ptr<WorkerToken> token() {
    return std::make_unique<WorkerToken>(config_, TOKEN_WORKER, lock_, log_);
  }

  const KeyReference& key(Token& token) {
    if (!key_) key_ = KeyReference{key_uri("p256"), token.find_key(key_uri("p256")).value()};
    return *key_;
  }

  tl::expected<Bytes, SignFailure> sign(Token& token) {
    return token.sign(key(token), sha256_input(Scheme::ecdsa));
  }

  /// Whether the token signs, sooner or later, without being told to.
  bool recovers(Token& token) {
    return comes_true([&] { return sign(token).has_value(); });
  }

  static void expect_may_have_signed(const tl::expected<Bytes, SignFailure>& signature) {
    ASSERT_FALSE(signature);
    EXPECT_EQ(signature.error().error.code, "token_failed");
    EXPECT_EQ(signature.error().error.kind, ErrorKind::unavailable);
    EXPECT_NE(signature.error().error.message.find("token main"), std::string::npos)
        << signature.error().error.text();
    EXPECT_FALSE(signature.error().surely_not_signed);
  }

  TokenConfig config_;
  MemoryPinLock lock_;
  RememberingLog log_;
  Faults* faults_ = nullptr;
  std::optional<KeyReference> key_;
};

}  // namespace countersign::hsm
