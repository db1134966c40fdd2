// "/" gets no signature by any sequence of calls: an attacker asks the gateway's real interface for
// whatever comes to mind, at random, among people who go about their work. COUNTERSIGN_STEPS says
// how many calls (5,000), COUNTERSIGN_SEED repeats a run.
#include <pwd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <set>

#include "policy/access.h"
#include "policy/accounts.h"
#include "policy/roles.h"
#include "tests/attacker/any_document.h"
#include "tests/attacker/gateway_in_hand.h"
#include "tests/attacker/guesses.h"

namespace countersign::test {
namespace {

using nlohmann::json;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::string login_of_this_process() {
  const passwd* const entry = getpwuid(getuid());
  return entry == nullptr ? "nobody" : entry->pw_name;
}

/// One who calls: by a bearer token of that account, or without one by this process's login.
struct Identity {
  std::optional<std::string> bearer;
  std::string account;
};

class Attacker : public StoreWorld, protected Guesses {
 protected:
  Attacker() : Attacker(from_environment("COUNTERSIGN_SEED", std::random_device()())) {}
  explicit Attacker(std::uint64_t seed)
      : Guesses(seed, login_of_this_process()), seed_(seed), gateway_(*store_) {}

  void SetUp() override {
    RecordProperty("seed", std::to_string(seed_));
    std::printf("COUNTERSIGN_SEED=%llu\n", static_cast<unsigned long long>(seed_));
    clock_.advance(std::chrono::hours(25));
    for (const std::string& name : honest_) tokens_[name] = mint(name);
  }

  std::string mint(const std::string& name) {
    const Caller caller = as(name);
    const auto minted = in([&](Transaction& transaction) {
      transaction.credentials.end_all(caller.account.id);  // of which there may be too many
      return mint_token(transaction, caller, {});
    });
    return std::string(minted->secret.view());
  }

  /// What is, as the attacker sees it, with something changed.
  json declaration() {
    const Answer is = gateway_.ask(mine_.front().bearer, "GET", "/v1/policy-document", nullptr);
    Names named = puppets_;
    for (const Names& more : {honest_, groups_, claims_})
      named.insert(named.end(), more.begin(), more.end());
    return {{"document", any_document(is.status == 200 ? is.body["document"] : json{{"version", 1}},
                                      random_, named)}};
  }

  /// The body of a call that the attacker makes.
  json attack_with(const Operation& operation) {
    if (operation.name == "declaration.apply") return declaration();
    if (operation.name == "token.enrol")
      return {{"code", codes_.empty() ? "cse_none" : any(codes_)}};
    return body_of(operation);
  }

  Answer ask_as(const std::string& name, const std::string& method, const std::string& target,
                const json& body) {
    Answer answer = gateway_.ask(tokens_.at(name), method, target, body);
    if (answer.code() == "bad_token") tokens_[name] = mint(name);
    return answer;
  }

  /// What the attacker gets to know he uses: codes become tokens of accounts that are his then.
  void learn(const Operation& operation, const Answer& answer) {
    if (answer.status != 200) return;
    ++reached_[std::string(operation.name)];
    if (answer.body.contains("enrolment_code"))
      codes_.push_back(answer.body["enrolment_code"].get<std::string>());
    if (operation.name == "token.enrol") {
      const std::string account = answer.body["token"]["account"].get<std::string>();
      mine_.push_back({answer.body["secret"].get<std::string>(), account});
      taken_.insert(account);
    }
  }

  /// A call of the attacker's; the signatures that it got.
  void attack() {
    const auto table = operations();
    const Operation& operation =
        sometimes(8) ? countersign::operation("signature.create") : table[upto(table.size() - 1)];
    std::string target = target_of(operation);
    // What is deleted is gone for good, and with all the people the attack would end.
    if (operation.name == "account.delete")
      target = "/v1/accounts/" + any({"puppet", "doll", "robot"});
    const Identity& me = mine_.at(sometimes(2) ? 0 : upto(mine_.size() - 1));
    learn(operation,
          gateway_.ask(me.bearer, std::string(operation.method), target, attack_with(operation)));
  }

  /// Of what waits, an approver approves what honest people ask for.
  void approve_honestly() {
    const std::string who = any({"approver", "second"});
    const Answer open = ask_as(who, "GET", "/v1/requests?state=pending", nullptr);
    if (open.status != 200) return;
    for (const json& each : open.body["requests"]) {
      const std::string requester = each["requester"].get<std::string>();
      if (!may_be_approved(requester)) continue;
      const std::string id = each["id"].dump();
      if (ask_as(who, "POST", "/v1/requests/" + id + "/approve", json::object()).status == 200)
        approved_ += each["count"].get<std::int64_t>();
    }
  }

  void work_honestly() {
    switch (upto(7)) {
      case 0:
        ask_as("mate", "POST", "/v1/signers/1/requests", {{"reason", "to ship"}, {"count", 2}});
        break;
      case 1:
        approve_honestly();
        break;
      case 2:
        ask_as("mate", "POST", "/v1/signers/1/signatures", signature());
        break;
      case 3:
        ask_as("keeper", "PUT", "/v1/signers/1/policy",
               {{"reason", "as agreed"}, {"policy", policy_of({"approver", "second"}, 1)}});
        break;
      case 4:
        ask_as("keeper", "POST", "/v1/signers/1/unfreeze", {{"reason", "all is well"}});
        break;
      case 5:
        ask_as("keeper", "PUT", "/v1/signers/1/members/second",
               {{"role", any({"auditor", "operator"})}});
        break;
      case 6:
        clock_.advance(std::chrono::hours(1 + upto(20)));
        break;
      default:
        answer_honestly();
    }
  }

  /// Whose change it is decides: what the attacker asks for is rejected, sometimes.
  void answer_honestly() {
    const Answer open = ask_as("keeper", "GET", "/v1/changes?state=pending", nullptr);
    if (open.status != 200) return;
    for (const json& each : open.body["changes"]) {
      const std::string target = "/v1/changes/" + each["id"].dump();
      if (each["requester"] == "admin")
        ask_as("keeper", "POST", target + "/consent", json::object());
      else if (sometimes(2))
        ask_as("keeper", "POST", target + "/reject", {{"comment", "no"}});
    }
  }

  /// The attacker may shut people out, himself too: then they are let in again.
  void let_everybody_in() {
    ASSERT_TRUE(store_->run([&](Transaction& transaction) -> Status {
      for (const std::string& name : honest_)
        if (const auto account = transaction.accounts.find(name))
          transaction.accounts.set_state(account->id, AccountState::active);
      const auto attacker = transaction.accounts.find(mine_.front().account);
      transaction.accounts.set_state(attacker->id, AccountState::active);
      if (!transaction.roles.find_role("root"))
        transaction.roles.add({0, "root", "", global_set, {*Permission::parse("/")}});
      auto root = *transaction.roles.find_role("root");
      root.permission_set = global_set;
      root.strings = {*Permission::parse("/")};
      transaction.roles.change(root);
      if (!transaction.roles.holds(attacker->id, root.id))
        transaction.roles.grant(attacker->id, root.id);
      return {};
    }));
    mine_.front().bearer = mint(mine_.front().account);
  }

  void begin(const std::string& attacker) {
    mine_ = {{mint(attacker), attacker}, {std::nullopt, login_}};
    taken_ = {attacker};
    let_everybody_in();
  }

  /// Everybody who signed, by account, over the whole log.
  std::map<std::string, std::int64_t> signers_of_log() {
    return *in([&](Transaction& transaction) -> Result<std::map<std::string, std::int64_t>> {
      constexpr std::size_t page = 1000;
      std::map<std::string, std::int64_t> intents;
      RecordNumber after = -1;
      while (true) {
        const auto records = transaction.log.list(after, page);
        for (const LogRecord& each : records)
          if (each.kind == record_kind::intent)
            ++intents[transaction.accounts.name_of(each.account.value_or(0))];
        if (records.size() < page) return intents;
        after = records.back().number;
      }
    });
  }

  /// Whether an account that is the attacker's acts on any signer but as it always did.
  std::string acting_among_his() {
    return *in([&](Transaction& transaction) -> Result<std::string> {
      for (const SignerId id : transaction.signers.list())
        for (const auto& [way, role] : transaction.acting.on_signer(id)) {
          const std::string actor = transaction.accounts.name_of(way.actor);
          const std::string as = transaction.accounts.name_of(way.as);
          const bool his = taken_.contains(actor) || taken_.contains(as);
          if (his && !(actor == always_operator_ && as == always_operator_ &&
                       role == LayeredRole::signer_operator && id == 1))
            return actor + " as " + as + " on " + std::to_string(id);
          if (const auto claim = transaction.claims.find(way.actor); claim && way.actor != way.as)
            return text_of(*claim) + " as " + as;
        }
      return std::string();
    });
  }

  void run() {
    const std::uint64_t steps = from_environment("COUNTERSIGN_STEPS", 5000);
    for (std::uint64_t step = 0; step < steps; ++step) {
      if (step % 200 == 0) let_everybody_in();
      if (sometimes(5))
        work_honestly();
      else
        attack();
      if (step % 50 == 0) {
        ASSERT_EQ(acting_among_his(), "") << "step " << step << ", seed " << seed_;
      }
    }
    ASSERT_EQ(acting_among_his(), "") << "seed " << seed_;
  }

  virtual bool may_be_approved(const std::string& requester) const { return requester == "mate"; }

  const std::uint64_t seed_;
  std::string always_operator_;
  GatewayInHand gateway_;
  std::map<std::string, std::string> tokens_;
  std::vector<Identity> mine_;
  std::set<std::string> taken_;
  Names codes_;
  std::int64_t approved_ = 0;
  std::map<std::string, int> reached_;
};

TEST_F(Attacker, WithRootAndNoMembershipGetsNoSignature) {
  begin("outsider");
  run();
  for (const auto& [name, count] : signers_of_log())
    EXPECT_EQ(name, "mate") << count << " signatures, seed " << seed_;
  // Otherwise the attack was none.
  EXPECT_GT(reached_.size(), 25U);
}

class Operator : public Attacker {
 protected:
  bool may_be_approved(const std::string& requester) const override {
    return requester == "engineer";
  }
};

TEST_F(Operator, WithRootGetsNoMoreThanWasApproved) {
  always_operator_ = "engineer";
  begin("engineer");
  run();
  std::int64_t signatures = 0;
  for (const auto& [name, count] : signers_of_log()) {
    EXPECT_EQ(name, "engineer") << "seed " << seed_;
    signatures += count;
  }
  EXPECT_LE(signatures, approved_) << "seed " << seed_;
  EXPECT_GT(reached_.size(), 25U);
}

}  // namespace
}  // namespace countersign::test
