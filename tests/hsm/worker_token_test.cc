// A token behind its worker process, while all is well; and the process itself.
#include "hsm-backends/worker_token.h"

#include <csignal>

#include "tests/hsm/worker_fixture.h"

namespace countersign::hsm {
namespace {

using WorkerTokenTest = WorkerTest;

TEST_F(WorkerTokenTest, FindsKeysAndSignsAsTheTokenDoes) {
  const auto worker = token();
  for (const auto& [name, scheme] : {std::pair("rsa", Scheme::rsa_pkcs1),
                                     {"rsa", Scheme::rsa_pss},
                                     {"p384", Scheme::ecdsa},
                                     {"p521", Scheme::ecdsa}}) {
    const auto key = worker->find_key(key_uri(name));
    ASSERT_TRUE(key) << key.error().text();
    const auto signature = worker->sign({key_uri(name), *key}, sha256_input(scheme));
    ASSERT_TRUE(signature) << signature.error().error.text();
    EXPECT_TRUE(key->verify(sha256_input(scheme), *signature));
  }
  const TokenStatus status = worker->status();
  EXPECT_EQ(status.name, "main");
  EXPECT_EQ(status.library, FAULTY_LIBRARY);
  EXPECT_EQ(status.label, "lab");
  EXPECT_FALSE(status.serial.empty());
  EXPECT_EQ(status.state, TokenState::ready);
  EXPECT_EQ(status.message, "");
}

TEST_F(WorkerTokenTest, PassesTheConfigurationOn) {
  config_.init_arguments = "configdir='sql:/some/where'";
  EXPECT_TRUE(token()->connect());
  EXPECT_STREQ(faults_->init_arguments.data(), "configdir='sql:/some/where'");
  config_.pin = PinCommand{{"/bin/cat", TestToken::get().folder() + "/pin"}};
  EXPECT_TRUE(token()->connect());
  config_.serial = "none such";
  const auto absent = token();
  EXPECT_FALSE(absent->connect());
  EXPECT_EQ(absent->status().state, TokenState::down);
  EXPECT_NE(absent->status().message.find("none such"), std::string::npos);
}

TEST_F(WorkerTokenTest, ErrorsOfTheTokenAreItsOwn) {
  const auto worker = token();
  EXPECT_EQ(worker->find_key(key_uri("none")).error().code, "key_not_found");
  EXPECT_EQ(worker->find_key(key_uri("none")).error().kind, ErrorKind::invalid);
  EXPECT_EQ(worker->find_key("pkcs11:token=lab").error().code, "bad_key_uri");
  EXPECT_EQ(worker->find_key("pkcs11:object=" + std::string(2'000'000, 'x')).error().code,
            "bad_key_uri");
  const auto unsuitable = worker->sign(key(*worker), sha256_input(Scheme::rsa_pkcs1));
  ASSERT_FALSE(unsuitable);
  EXPECT_EQ(unsuitable.error().error.code, "input_unsuitable");
  EXPECT_TRUE(unsuitable.error().surely_not_signed);
  SigningInput endless;
  endless.message.resize(2 * longest_message);
  const auto too_long = worker->sign(key(*worker), endless);
  ASSERT_FALSE(too_long);
  EXPECT_EQ(too_long.error().error.code, "input_unsuitable");
  EXPECT_TRUE(too_long.error().surely_not_signed);
  endless.message.resize(longest_message);
  EXPECT_EQ(worker->sign(key(*worker), endless).error().error.code, "input_unsuitable");
  EXPECT_TRUE(sign(*worker));
}

TEST_F(WorkerTokenTest, AsManyCallsRunAtOnceAsItHasSessions) {
  const auto worker = token();
  sign(*worker).value();
  std::vector<std::thread> threads;
  threads.reserve(8);
  for (int thread = 0; thread < 8; ++thread)
    threads.emplace_back([&] {
      for (int round = 0; round < 20; ++round) {
        const auto signature = sign(*worker);
        EXPECT_TRUE(signature && key_->pinned.verify(sha256_input(Scheme::ecdsa), *signature));
      }
    });
  for (std::thread& each : threads) each.join();
  EXPECT_GT(faults_->most_at_once, 1U);
  EXPECT_LE(faults_->open_sessions, config_.sessions + 1U);
}

/// How many signals a process begins to handle by itself: the sanitizers' SIGSEGV, SIGBUS and
/// SIGFPE.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t sanitizer_signals = 3;
#else
constexpr std::uint64_t sanitizer_signals = 0;
#endif

TEST_F(WorkerTokenTest, TheProcessInheritsNothingAndLeavesNothing) {
  setenv("COUNTERSIGN_TOKEN", "cs_secret", 1);
  setenv("NOTIFY_SOCKET", "/run/notify", 1);
  sigset_t blocked;
  sigfillset(&blocked);
  sigset_t before;
  pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const auto old = std::signal(SIGPIPE, SIG_IGN);
  const int open_here = open("/dev/null", O_RDONLY);  // without O_CLOEXEC, as a library may
  EXPECT_TRUE(token()->connect());
  close(open_here);
  std::signal(SIGPIPE, old);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  unsetenv("COUNTERSIGN_TOKEN");
  unsetenv("NOTIFY_SOCKET");
  EXPECT_NE(faults_->process, static_cast<std::uint64_t>(getpid()));
  EXPECT_EQ(faults_->descriptors, 3U + 1U + config_.sessions);
  EXPECT_EQ(faults_->death_signal, static_cast<std::uint64_t>(SIGKILL));
  EXPECT_EQ(faults_->dumpable, 0U);
  EXPECT_EQ(faults_->core_limit, 0U);
  EXPECT_EQ(faults_->signals, sanitizer_signals);
  EXPECT_EQ(faults_->gateway_variables, 0U);
}

TEST_F(WorkerTokenTest, EndsByItselfAndClosesItsSessions) {
  {
    const auto worker = token();
    sign(*worker).value();
    EXPECT_GT(faults_->open_sessions, 0U);
  }
  EXPECT_EQ(faults_->open_sessions, 0U);
  EXPECT_NE(kill(static_cast<pid_t>(faults_->process), 0), 0);
}

TEST_F(WorkerTokenTest, TheProgramLiesBesideTheExecutable) {
  const auto program = token_worker_program();
  ASSERT_TRUE(program) << program.error().text();
  EXPECT_EQ(*program, TOKEN_WORKER);
}

TEST_F(WorkerTokenTest, ARefusedPinStaysLockedAcrossRestarts) {
  config_.pin = PinFile{TestToken::get().write("wrong-pin", "not-the-pin\n")};
  {
    const auto worker = token();
    const auto connected = worker->connect();
    ASSERT_FALSE(connected);
    EXPECT_EQ(connected.error().code, "token_locked");
    EXPECT_EQ(worker->status().state, TokenState::locked);
    EXPECT_NE(lock_.reason("main").find("CKR_PIN_INCORRECT"), std::string::npos);
    kill(static_cast<pid_t>(faults_->process), SIGKILL);
    EXPECT_TRUE(comes_true([&] { return worker->status().state == TokenState::down; }));
    EXPECT_TRUE(comes_true([&] { return worker->status().state == TokenState::locked; }));
    EXPECT_EQ(faults_->logins, 1U);
  }
  config_.pin = TestToken::get().config().pin;
  const auto worker = token();
  EXPECT_EQ(worker->connect().error().code, "token_locked");
  EXPECT_EQ(faults_->logins, 1U);
  const auto again = worker->retry();
  EXPECT_TRUE(again) << again.error().text();
  EXPECT_FALSE(lock_.locked("main"));
  EXPECT_EQ(worker->status().state, TokenState::ready);
  EXPECT_TRUE(sign(*worker));
}

}  // namespace
}  // namespace countersign::hsm
