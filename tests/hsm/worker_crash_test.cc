// A worker process that crashes, hangs or talks nonsense, and what the gateway makes of it.
#include <csignal>
#include <future>
#include <regex>

#include "hsm-backends/token_set.h"
#include "tests/hsm/worker_fixture.h"

namespace countersign::hsm {
namespace {

class WorkerCrashTest : public WorkerTest {
 protected:
  /// Sets a fault that strikes once.
  void once(Faults::Word& fault, std::uint64_t value) {
    faults_->lasting = 1;
    fault = value;
  }

  /// The pauses in ms before each new start, as they are told.
  std::vector<int> pauses() const {
    const std::string text = log_.text();
    const std::regex told("another one is started in ([0-9]+) ms");
    std::vector<int> all;
    for (std::sregex_iterator each(text.begin(), text.end(), told), end; each != end; ++each)
      all.push_back(std::stoi(each->str(1)));
    return all;
  }
};

TEST_F(WorkerCrashTest, ACrashWhileSigningMayHaveSignedAndIsRecoveredFrom) {
  const auto worker = token();
  sign(*worker).value();
  for (Faults::Word* const fault : {&faults_->crash, &faults_->exit}) {
    for (const FaultyFunction where : {in_sign_init, in_sign}) {
      once(*fault, where);
      expect_may_have_signed(sign(*worker));
      EXPECT_TRUE(recovers(*worker));
      EXPECT_EQ(worker->status().state, TokenState::ready);
    }
    *fault = in_none;
  }
  EXPECT_NE(log_.text().find("was ended by signal 11"), std::string::npos) << log_.text();
  EXPECT_NE(log_.text().find("ended with exit status 3"), std::string::npos) << log_.text();
}

TEST_F(WorkerCrashTest, WhileItIsDownNothingIsSignedAndTheReasonIsSaid) {
  const auto worker = token();
  sign(*worker).value();
  faults_->lasting = 1'000'000;
  faults_->crash = in_initialize;
  kill(static_cast<pid_t>(faults_->process), SIGKILL);
  EXPECT_TRUE(comes_true([&] { return faults_->initialisations > 3; }));
  const auto refused = sign(*worker);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().error.code, "token_down");
  EXPECT_EQ(refused.error().error.kind, ErrorKind::unavailable);
  EXPECT_NE(refused.error().error.message.find("token main"), std::string::npos);
  EXPECT_TRUE(refused.error().surely_not_signed);
  EXPECT_EQ(worker->status().state, TokenState::down);
  // How it ended is known a moment after it has.
  EXPECT_TRUE(comes_true([&] {
    return worker->status().message.find("signal 11") != std::string::npos;
  })) << worker->status().message;
  faults_->crash = in_none;
  const auto again = worker->retry();
  EXPECT_TRUE(again) << again.error().text();
  EXPECT_TRUE(sign(*worker));
}

TEST_F(WorkerCrashTest, OneThatKeepsDyingIsStartedEverMoreRarely) {
  const auto worker = token();
  sign(*worker).value();
  faults_->lasting = 1'000'000;
  faults_->crash = in_initialize;
  kill(static_cast<pid_t>(faults_->process), SIGKILL);
  // A person who asks for a start at once need not wait, but shortens no later pause.
  while (pauses().size() < 12) EXPECT_FALSE(worker->retry());
  auto told = pauses();
  told.resize(12);
  EXPECT_EQ(told, (std::vector<int>{100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 30000,
                                    30000, 30000}));

  faults_->crash = in_none;
  ASSERT_TRUE(comes_true([&] { return worker->retry().has_value(); }));
  const auto before = pauses().size();
  kill(static_cast<pid_t>(faults_->process), SIGKILL);
  ASSERT_TRUE(comes_true([&] { return pauses().size() > before; }));
  EXPECT_EQ(pauses()[before], 100);
}

TEST_F(WorkerCrashTest, ACallBeyondItsDeadlineMayHaveSignedAndTheWorkerIsReplaced) {
  config_.deadline = std::chrono::seconds(1);
  const auto worker = token();
  sign(*worker).value();
  const auto hung = faults_->process.load();
  faults_->hang = in_sign;
  const auto late = sign(*worker);
  expect_may_have_signed(late);
  EXPECT_NE(late.error().error.message.find("within 1s"), std::string::npos);
  EXPECT_TRUE(comes_true([&] { return faults_->process != hung; }));
  EXPECT_NE(log_.text().find("did not answer within 1s"), std::string::npos) << log_.text();
  faults_->hang = in_none;
  EXPECT_TRUE(recovers(*worker));
}

TEST_F(WorkerCrashTest, APinOfWhichNothingIsHeardCountsAsRefused) {
  config_.deadline = std::chrono::seconds(1);
  for (Faults::Word* const fault : {&faults_->crash, &faults_->hang}) {
    once(*fault, in_login);
    faults_->logins = 0;
    const auto worker = token();
    EXPECT_TRUE(comes_true([&] { return worker->status().state == TokenState::locked; }));
    EXPECT_TRUE(lock_.locked("main"));
    EXPECT_EQ(faults_->logins, 1U);
    const auto refused = worker->connect();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "token_locked");
    *fault = in_none;
    EXPECT_FALSE(worker->connect());
    EXPECT_TRUE(worker->retry());
    EXPECT_FALSE(lock_.locked("main"));
  }
}

TEST_F(WorkerCrashTest, ACrashAfterTheLoginLocksNothing) {
  const auto worker = token();
  sign(*worker).value();
  faults_->lasting = 2;
  faults_->sign_init = CKR_USER_NOT_LOGGED_IN;  // a new login within the call
  faults_->crash = in_sign;
  EXPECT_FALSE(sign(*worker));
  EXPECT_FALSE(lock_.locked("main"));
  faults_->sign_init = CKR_OK;
  EXPECT_TRUE(recovers(*worker));
}

TEST_F(WorkerCrashTest, AHungTokenHoldsUpNobodyElse) {
  config_.deadline = std::chrono::seconds(1);
  TokenConfig other = TestToken::get().config();
  other.name = "healthy";
  // One after the other: SoftHSM refuses two processes that log in to one token at once.
  const auto healthy = std::make_shared<WorkerToken>(other, TOKEN_WORKER, lock_, log_);
  ASSERT_TRUE(healthy->connect());
  const std::shared_ptr<Token> faulty = token();
  const KeyReference wanted = key(*faulty);
  TokenSet tokens({{config_, faulty}, {other, healthy}});
  faults_->hang = in_sign;
  std::promise<bool> hung;
  tokens.sign("main", wanted, sha256_input(Scheme::ecdsa), true,
              [&hung](const auto& signature) { hung.set_value(!signature); });
  for (int round = 0; round < 20; ++round) {
    std::promise<bool> signed_by_other;
    tokens.sign("healthy", wanted, sha256_input(Scheme::ecdsa), true,
                [&](const auto& signature) { signed_by_other.set_value(signature.has_value()); });
    EXPECT_TRUE(signed_by_other.get_future().get());
  }
  EXPECT_TRUE(hung.get_future().get());
  faults_->hang = in_none;
  tokens.stop();
}

TEST_F(WorkerCrashTest, AWorkerThatTalksNonsenseIsDown) {
  config_.deadline = std::chrono::seconds(1);
  for (const char* script :
       {"#!/bin/sh\necho 'what are you talking about?' >&3\nsleep 100\n",
        "#!/bin/sh\nprintf '\\000\\000\\000\\001\\377' >&3\nsleep 100\n", "#!/bin/sh\nexit 4\n"}) {
    const std::string program = TestToken::get().write("worker", script, 0700);
    WorkerToken worker(config_, program, lock_, log_);
    const auto connected = worker.connect();
    ASSERT_FALSE(connected);
    EXPECT_EQ(connected.error().code, "token_down");
    EXPECT_EQ(worker.status().state, TokenState::down);
  }
  WorkerToken missing(config_, "/no/such/worker", lock_, log_);
  const auto connected = missing.connect();
  ASSERT_FALSE(connected);
  EXPECT_NE(connected.error().message.find("cannot be started"), std::string::npos);
}

}  // namespace
}  // namespace countersign::hsm
