#include "hsm-backends/token_set.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <future>

#include "tests/hsm/test_token.h"

namespace countersign::hsm {
namespace {

KeyReference some_key() {
  MemoryPinLock lock;
  TokenSet tokens({TestToken::get().config()}, lock);
  std::promise<PublicKey> found;
  EXPECT_TRUE(tokens.run("main", [&found](Token& token) {
    found.set_value(token.find_key(key_uri("p256")).value());
  }));
  return {key_uri("p256"), found.get_future().get()};
}

TEST(TokenSet, SignsOnItsThreads) {
  const KeyReference key = some_key();
  MemoryPinLock lock;
  TokenSet tokens({TestToken::get().config()}, lock);
  const SigningInput input = sha256_input(Scheme::ecdsa);
  std::atomic<int> good = 0;
  for (int call = 0; call < 200; ++call)
    tokens.sign("main", key, input, true,
                [&good, &key, &input](const tl::expected<Bytes, SignFailure>& signature) {
                  if (signature && key.pinned.verify(input, *signature)) ++good;
                });
  tokens.stop();
  EXPECT_EQ(good, 200) << "stop() finishes what waits";
}

TEST(TokenSet, ReachesEveryTokenByItself) {
  MemoryPinLock lock;
  TokenConfig absent = TestToken::get().config();
  absent.name = "absent";
  absent.label = "none";
  TokenSet tokens({TestToken::get().config(), absent}, lock);
  tokens.stop();
  const auto statuses = tokens.statuses();
  ASSERT_EQ(statuses.size(), 2U);
  EXPECT_EQ(statuses[0].name, "main");
  EXPECT_EQ(statuses[0].state, TokenState::ready) << statuses[0].message;
  EXPECT_EQ(statuses[0].label, "lab");
  EXPECT_EQ(statuses[0].library, TestToken::get().library());
  EXPECT_FALSE(statuses[0].serial.empty());
  EXPECT_EQ(statuses[1].state, TokenState::down);
  EXPECT_NE(statuses[1].message.find("none"), std::string::npos);
}

TEST(TokenSet, KnowsWhichTokenAUriMeans) {
  MemoryPinLock lock;
  TokenConfig lab = TestToken::get().config();
  TokenConfig first = lab;
  first.name = "first";
  first.label = "twin";
  first.serial = "01";
  TokenConfig second = first;
  second.name = "second";
  second.serial = "02";
  for (TokenConfig* each : {&lab, &first, &second}) each->library = "/usr/lib/none-such.so";
  const TokenSet tokens({lab, first, second}, lock);
  EXPECT_EQ(tokens.token_for("pkcs11:token=lab;object=a").value(), "main");
  EXPECT_EQ(tokens.token_for("pkcs11:token=twin;serial=02;object=a").value(), "second");
  EXPECT_EQ(tokens.token_for("pkcs11:token=twin;object=a").error().code, "token_ambiguous");
  EXPECT_EQ(tokens.token_for("pkcs11:object=a").error().code, "token_ambiguous");
  EXPECT_EQ(tokens.token_for("pkcs11:token=none;object=a").error().code, "no_such_token");
  EXPECT_EQ(tokens.token_for("pkcs11:token=twin;serial=03;object=a").error().code, "no_such_token");
  EXPECT_EQ(tokens.token_for("pkcs11:token=lab").error().code, "bad_key_uri");
}

TEST(TokenSet, UnknownNameIsAnErrorAtOnce) {
  const KeyReference key = some_key();
  TokenSet tokens({});
  bool called = false;
  tokens.sign("none", key, sha256_input(Scheme::ecdsa), true, [&called](const auto& signature) {
    called = true;
    ASSERT_FALSE(signature);
    EXPECT_EQ(signature.error().error.code, "no_such_token");
    EXPECT_TRUE(signature.error().surely_not_signed);
  });
  EXPECT_TRUE(called);
  EXPECT_EQ(tokens.run("none", [](Token&) {}).error().code, "no_such_token");
}

/// A token that answers nothing before it is let.
class HeldToken final : public Token {
 public:
  Status connect() override {
    wait();
    return {};
  }
  Result<PublicKey> find_key(const std::string&) override { return refusal(); }
  tl::expected<Bytes, SignFailure> sign(const KeyReference& key, const SigningInput&) override {
    wait();
    order_.push_back(key.uri);
    return tl::unexpected(SignFailure{refusal().value(), true});
  }
  TokenStatus status() const override { return {}; }
  Status retry() override { return {}; }
  void renew() override {}

  /// The URIs of the keys it was asked for, one after the other; for a token with one session.
  const std::vector<std::string>& order() const { return order_; }

  void let() {
    const std::lock_guard guard(mutex_);
    let_ = true;
    changed_.notify_all();
  }

 private:
  static tl::unexpected<Error> refusal() {
    return fail(ErrorKind::unavailable, "token_down", "no token");
  }
  void wait() {
    std::unique_lock guard(mutex_);
    changed_.wait(guard, [this] { return let_; });
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  bool let_ = false;
  std::vector<std::string> order_;
};

TokenConfig named(const std::string& name) {
  TokenConfig config;
  config.name = name;
  config.label = name;
  config.sessions = 1;
  return config;
}

TEST(TokenSet, FullQueueRefusesAndOtherTokensGoOn) {
  const KeyReference key = some_key();
  const auto slow = std::make_shared<HeldToken>();
  const auto fast = std::make_shared<HeldToken>();
  fast->let();
  TokenSet tokens({{named("slow"), slow}, {named("fast"), fast}});
  std::atomic<int> taken = 0;
  std::atomic<int> busy = 0;
  const auto count = [&](const tl::expected<Bytes, SignFailure>& signature) {
    ASSERT_FALSE(signature);
    EXPECT_TRUE(signature.error().surely_not_signed);
    EXPECT_EQ(signature.error().error.kind, ErrorKind::unavailable);
    ++(signature.error().error.code == "token_busy" ? busy : taken);
  };
  // The first job, to connect, may be running or still waiting.
  for (std::size_t call = 0; call < most_waiting_for_token + 10; ++call)
    tokens.sign("slow", key, sha256_input(Scheme::ecdsa), true, count);
  EXPECT_GE(busy, 10);
  EXPECT_LE(busy, 11);
  EXPECT_EQ(taken, 0);
  EXPECT_EQ(tokens.run("slow", [](Token&) {}).error().code, "token_busy");

  std::promise<void> ran;
  EXPECT_TRUE(tokens.run("fast", [&ran](Token&) { ran.set_value(); }));
  ran.get_future().wait();

  slow->let();
  tokens.stop();
  EXPECT_EQ(taken + busy, static_cast<int>(most_waiting_for_token) + 10);
}

TEST(TokenSet, NobodysManySignaturesHoldUpAnothersFew) {
  const auto token = std::make_shared<HeldToken>();
  TokenSet tokens({{named("only"), token}});
  KeyReference key = some_key();
  for (const char* uri : {"busy", "busy", "busy", "busy", "quiet", "busy", "quiet"}) {
    key.uri = uri;
    tokens.sign("only", key, sha256_input(Scheme::ecdsa), true, [](const auto&) {});
  }
  token->let();
  tokens.stop();
  EXPECT_EQ(token->order(),
            (std::vector<std::string>{"busy", "quiet", "busy", "quiet", "busy", "busy", "busy"}));
}

TEST(TokenSet, TakesNothingAfterStop) {
  const KeyReference key = some_key();
  const auto token = std::make_shared<HeldToken>();
  token->let();
  TokenSet tokens({{named("only"), token}});
  tokens.stop();
  tokens.stop();
  EXPECT_EQ(tokens.run("only", [](Token&) {}).error().code, "token_stopped");
  int called = 0;
  tokens.sign("only", key, sha256_input(Scheme::ecdsa), true, [&called](const auto& signature) {
    ++called;
    EXPECT_EQ(signature.error().error.code, "token_stopped");
    EXPECT_TRUE(signature.error().surely_not_signed);
  });
  EXPECT_EQ(called, 1);
}

}  // namespace
}  // namespace countersign::hsm
