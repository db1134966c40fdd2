// Sixty-four processes on one store, and people who change what they may do while they sign: the
// log, which has everything in the order of its commits, tells whether each signature was allowed.
#include <sys/wait.h>
#include <unistd.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/policy/request_world.h"

namespace countersign::test {
namespace {

constexpr int processes = 64;

class Race : public RequestWorld {
 protected:
  Race() {
    nlohmann::json policy = policy_of({"approver", "second"}, 1);
    policy["ceilings"]["signatures"] = 100;
    EXPECT_EQ(set(policy), "ok");
    share();
  }

  void share() {
    store_.reset();
    auto opened = PolicyStore::open(path_, key_, "gw.test", clock_, Holding::shared);
    if (!opened) throw std::runtime_error(opened.error().text());
    store_ = std::move(*opened);
  }

  static std::string drawn(int process, int attempt) {
    std::string text = std::to_string(process * 1000 + attempt + 1);
    return std::string(32 - text.size(), '0') + text;
  }

  /// Of a child's work on a store of its own. None goes on with the other tests.
  template <class Work>
  int exit_code(Work& work, int process) try {
    share();
    return work(process);
  } catch (...) {
    return 255;
  }

  /// Starts processes that each run `work` on a store of their own and exit with what it gives.
  template <class Work>
  std::vector<pid_t> start(Work work) {
    store_.reset();
    std::vector<pid_t> children;
    for (int each = 0; each < processes; ++each) {
      const pid_t child = fork();
      if (child == 0) _exit(exit_code(work, each));
      children.push_back(child);
    }
    share();
    return children;
  }

  /// The sum of what they exited with.
  static int wait_for(const std::vector<pid_t>& children) {
    int sum = 0;
    for (const pid_t child : children) {
      int status = 0;
      EXPECT_EQ(waitpid(child, &status, 0), child);
      EXPECT_TRUE(WIFEXITED(status)) << status;
      sum += WEXITSTATUS(status);
    }
    return sum;
  }
};

TEST_F(Race, OneOfThemTakesTheLastOfAHundred) {
  const RequestId id = approved("engineer", 100);
  for (int i = 0; i < 99; ++i) ASSERT_EQ(code(sign("engineer", drawn(processes, i))), "ok");
  const auto children =
      start([&](int process) { return sign("engineer", drawn(process, 0)) ? 1 : 0; });
  EXPECT_EQ(wait_for(children), 1);
  EXPECT_EQ(show(id).used, 100);
  EXPECT_EQ(show(id).state, RequestState::used_up);
}

/// What the log says may be done, followed from record to record.
class Followed {
 public:
  explicit Followed(std::set<AccountId> members) : members_(std::move(members)) {}

  /// Takes in one record. Of a signature whether it was allowed where it stands; else nothing.
  std::string take(const LogRecord& record) {
    const auto body = nlohmann::json::parse(record.body);
    const auto data = body.value("data", nlohmann::json::object());
    if (record.kind == record_kind::intent) return intent(record, data);
    const std::string operation = data.value("operation", "");
    if (operation == "signer.freeze") frozen_ = true;
    if (operation == "signer.unfreeze") frozen_ = false;
    if (operation == "member.remove") members_.erase(std::stoll(data.value("principal", "")));
    if (operation == "member.add") members_.insert(std::stoll(data.value("principal", "")));
    if (operation == "policy.set") policy_ = data.value("revision", "");
    if (operation == "request.create")
      counts_[*record.request] = std::stoi(data.value("count", ""));
    if (operation == "request.approve" && data.value("state", "") == "active")
      active_.insert(*record.request);
    if (operation == "request.revoke") active_.erase(*record.request);
    return "";
  }

 private:
  std::string intent(const LogRecord& record, const nlohmann::json& data) {
    if (frozen_) return "while it was frozen";
    if (!members_.contains(*record.account)) return "by no member";
    if (data.value("policy", "") != policy_) return "under an older policy";
    if (!active_.contains(*record.request)) return "by a request that was not active";
    if (--counts_[*record.request] < 0) return "by a request that was used up";
    return "";
  }

  std::set<AccountId> members_;
  std::map<RequestId, int> counts_;
  std::set<RequestId> active_;
  std::string policy_;
  bool frozen_ = false;
};

TEST_F(Race, WhoeverChangesSomethingFindsItChanged) {
  for (const char* const who : {"engineer", "mate"}) approved(who, 100);
  const auto children = start([&](int process) {
    int signed_ = 0;
    for (int attempt = 0; attempt < 12; ++attempt)
      if (sign(process % 2 == 0 ? "engineer" : "mate", drawn(process, attempt))) ++signed_;
    return signed_;
  });
  for (int round = 0; round < 6; ++round) {
    EXPECT_EQ(submits("keeper", "signer.freeze", {{"signer", 0}, {"reason", "look"}}), "ok");
    EXPECT_EQ(submits("keeper", "signer.unfreeze", {{"signer", 0}, {"reason", "fine"}}), "ok");
    EXPECT_EQ(submits("keeper", "member.remove", {{"signer", 0}, {"principal", "mate"}}), "ok");
    EXPECT_EQ(submits("keeper", "member.add",
                      {{"signer", 0}, {"principal", "mate"}, {"role", "operator"}}),
              "ok");
    nlohmann::json policy = policy_of({"approver", "second"}, 1);
    policy["ceilings"]["signatures"] = 100 - round;
    EXPECT_EQ(set(policy), "ok");
    for (const char* const who : {"engineer", "mate"}) approved(who, 5);
  }
  const int signed_ = wait_for(children);
  Followed followed({as("engineer").account.id, as("mate").account.id});
  int intents = 0;
  for (const LogRecord& record : log()) {
    if (record.kind == record_kind::intent) ++intents;
    EXPECT_EQ(followed.take(record), "") << record.body;
  }
  EXPECT_EQ(intents, signed_);
  EXPECT_GT(intents, 10);
}

}  // namespace
}  // namespace countersign::test
