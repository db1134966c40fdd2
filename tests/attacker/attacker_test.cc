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

namespace countersign::test {
namespace {

using nlohmann::json;
using Names = std::vector<std::string>;

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

class Attacker : public StoreWorld {
 protected:
  Attacker() : gateway_(*store_), random_(seed_) {}

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

  std::size_t upto(std::size_t most) {
    return std::uniform_int_distribution<std::size_t>(0, most)(random_);
  }
  const std::string& any(const Names& names) { return names.at(upto(names.size() - 1)); }
  bool sometimes(std::size_t one_in) { return upto(one_in - 1) == 0; }

  std::string anybody() { return sometimes(2) ? any(honest_) : any(puppets_); }
  std::string any_principal() {
    switch (upto(3)) {
      case 0:
        return any(groups_);
      case 1:
        return any(claims_);
      default:
        return anybody();
    }
  }
  json any_permissions() {
    json list = json::array();
    for (std::size_t i = 0; i <= upto(1); ++i)
      list.push_back(any({"/", "/security/", "/signers/", "/signers/sign/1/", "/workflows/",
                          "/signers/members/propose/", "/identity_providers/", "/auditing/"}));
    return list;
  }
  json any_policy() {
    if (sometimes(3)) return {{"approval", "none"}};
    return policy_of({sometimes(2) ? anybody() : "group:" + any(groups_)}, 1);
  }

  std::string part(const std::string& name) {
    if (name == "account") return anybody();
    if (name == "owner") return anybody();
    if (name == "principal") return any_principal();
    if (name == "group") return any(groups_);
    if (name == "role") return any(roles_);
    if (name == "set") return any({"Global", "set"});
    if (name == "claim") return any(claims_);
    if (name == "provider") return any({"unix", "corp"});
    if (name == "application") return any({"web", "1"});
    if (name == "collection") return any({"all", "1"});
    if (name == "certificate") return any({"release", "own"});
    if (name == "metadata_type") return "ticket";
    if (name == "setting") return any({"change_lifetime", "token_lifetime"});
    if (name == "signer") return any({"release", "1", "own", "2"});
    if (name == "hsm") return "lab";
    return std::to_string(1 + upto(9));
  }

  std::string target_of(const Operation& operation) {
    std::string target(operation.route);
    for (std::size_t open = target.find('{'); open != target.npos; open = target.find('{')) {
      const std::size_t close = target.find('}', open);
      target.replace(open, close - open + 1, part(target.substr(open + 1, close - open - 1)));
    }
    if (operation.method == "DELETE" && operation.takes == Takes::query && sometimes(2))
      target += "?force=1";
    return target;
  }

  json identity_body(const std::string& name) {
    if (name == "account.create") {
      json body{{"name", any(puppets_)}};
      if (sometimes(3)) body["unix_user"] = login_;
      if (sometimes(3)) body.update({{"kind", "machine"}, {"owner", anybody()}});
      return body;
    }
    if (name == "account.change") return {{"product_role", any({"admin", "member"})}};
    if (name == "claim.create") {
      json body{{"provider", "unix"},
                {"type", any({"user", "group"})},
                {"value", any({login_, "staff", "another"})}};
      if (sometimes(2)) body["account"] = anybody();
      return body;
    }
    if (name == "claim.change") return {{"account", anybody()}};
    if (name == "provider.create")
      return {{"kind", "oidc"}, {"scheme", "corp"}, {"display_name", "Corp"}};
    if (name == "provider.change") return {{"display_name", "Other"}};
    if (name == "token.enrol") return {{"code", codes_.empty() ? "cse_none" : any(codes_)}};
    return json::object();
  }

  std::string any_key() { return "pkcs11:token=lab;object=" + any({"p256", "k1", "k2"}); }

  /// Of what is about no principal and no signer.
  json thing_body(const std::string& name) {
    if (name == "collection.create") return {{"name", "all"}};
    if (name == "collection.change") return {{"signer", any({"", "r"})}};
    if (name == "metadata_type.create") return {{"name", "ticket"}, {"kind", "text"}};
    if (name == "metadata_type.change") return {{"kind", "number"}};
    if (name == "settings.set") return {{"value", any({"1h", "7d", "default"})}};
    return json::object();
  }

  json body_of(const Operation& operation) {
    const std::string name(operation.name);
    if (operation.takes != Takes::body) return nullptr;
    if (name == "group.create") return {{"name", any(groups_)}};
    if (name == "group.change") return {{"description", "x"}};
    if (name == "role.create" || name == "permission_set.create")
      return {{"name", name == "role.create" ? any(roles_) : "set"},
              {"permissions", any_permissions()}};
    if (name == "role.change" || name == "permission_set.change")
      return {{"permissions", any_permissions()}};
    if (name == "signer.create") {
      const std::string uri = any_key();
      return {{"name", any({"own", "other"})},
              {"key", uri},
              {"certificate", GatewayInHand::certificate_of(uri)},
              {"admins", json::array({anybody()})}};
    }
    if (name == "application.create") return {{"name", "web"}, {"admin", anybody()}};
    if (name == "application.add_member") return {{"role", any({"admin", "operator"})}};
    if (name == "member.add") return {{"role", any({"admin", "operator", "auditor"})}};
    if (name == "policy.set") return {{"policy", any_policy()}, {"reason", "because"}};
    if (name == "signer.change")
      return {{"description", "x"}, {"certificate", GatewayInHand::certificate_of(any_key())}};
    if (name == "request.create" || name.starts_with("signer.")) return {{"reason", "because"}};
    if (name == "account.disable" || name == "account.enable")
      return {{"reason", "because"}, {"force", sometimes(2)}};
    if (name.starts_with("request.") || name.starts_with("change.")) return {{"comment", "yes"}};
    if (name == "signature.create") return signature();
    if (name == "declaration.apply") return declaration();
    if (const json thing = thing_body(name); !thing.empty()) return thing;
    return identity_body(name);
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

  json signature() {
    std::string id;
    for (int i = 0; i < 32; ++i) id += "0123456789abcdef"[upto(15)];
    return {{"operation", id},
            {"algorithm", {{"scheme", "ecdsa"}, {"hash", "sha256"}}},
            {"digest", "ZxyZ3xuL8qz4PQv0CGS5BUi5Rk6qEkJUDhYbFqvTqxg="}};
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
          gateway_.ask(me.bearer, std::string(operation.method), target, body_of(operation)));
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

  const std::uint64_t seed_ = from_environment("COUNTERSIGN_SEED", std::random_device()());
  const std::string login_ = login_of_this_process();
  const Names honest_{"admin", "keeper", "mate", "approver", "second"};
  const Names puppets_{"outsider", "engineer", "puppet", "doll", "robot"};
  const Names groups_{"team", "inner", "outer"};
  const Names roles_{"root", "other", "third"};
  const Names claims_{"unix:user:" + login_, "unix:group:" + login_, "unix:group:staff"};
  std::string always_operator_;
  GatewayInHand gateway_;
  std::mt19937_64 random_;
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
