// Ways to come to a signature × what stands in its way: the same facts give the same decision.
#include "policy/break_glass.h"
#include "policy/freezes.h"
#include "tests/policy/request_world.h"

namespace countersign::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class Ways : public RequestWorld {
 public:
  /// Each leads to leave for one signature of the engineer's, for half an hour.
  void directly() {
    asked_ = create("engineer", {"to ship", 1, minutes(30)})->id;
    ASSERT_EQ(code(approve("approver", asked_)), "ok");
  }
  void by_waiting() {
    SigningWish wish = wish_for(operation_id(200), 1);
    wish.files_request = true;
    wish.waits_until = clock_.now() + minutes(10);
    asked_ = std::get<AwaitedRequest>(*ask_to_sign("engineer", wish)).id;
    ASSERT_EQ(code(approve("approver", asked_)), "ok");
  }
  void preapproved() {
    const PolicyNumber policy = *in([&](Transaction& transaction) -> Result<PolicyNumber> {
      return *signer(transaction).policy;
    });
    ASSERT_EQ(submits("keeper", "request.preapprove",
                      {{"signer", 0},
                       {"beneficiary", "engineer"},
                       {"policy", policy},
                       {"wish", {{"reason", "nightly"}, {"count", 1}, {"window", "30m"}}}}),
              "ok");
    asked_ = *in([](Transaction& transaction) -> Result<RequestId> {
      return transaction.requests.list({}).back().id;
    });
  }
  void by_delegation() {
    ASSERT_EQ(delegate("approver", "mate"), "ok");
    asked_ = create("engineer", {"to ship", 1, minutes(30)})->id;
    ASSERT_EQ(code(approve("mate", asked_)), "ok");
  }
  void breaking_glass() {
    const Caller caller = proven("engineer", minutes(1));
    const auto request = in([&](Transaction& transaction) {
      return break_glass(transaction, caller, signer(transaction), {"outage", 1, minutes(30)});
    });
    ASSERT_TRUE(request) << request.error().text();
    asked_ = request->id;
  }

  // What may stand in the way.
  void nothing() {}
  void frozen() { change("signer.freeze", {{"signer", 0}, {"reason", "leak"}}); }
  void disabled() { disable("engineer"); }
  void no_member() { change("member.remove", {{"signer", 0}, {"principal", "engineer"}}); }
  void only_auditor() {
    change("member.add", {{"signer", 0}, {"principal", "engineer"}, {"role", "auditor"}});
  }
  void new_policy() { ASSERT_EQ(set(whole_policy("2m")), "ok"); }
  void revoked() {
    const Caller keeper = as("keeper");
    ASSERT_EQ(code(in([&](Transaction& transaction) {
                return stop_request(transaction, keeper, asked_, RequestAction::revoke,
                                    "request.revoke", "not today");
              })),
              "ok");
  }
  void used_up() { ASSERT_EQ(code(sign("engineer", operation_id(100))), "ok"); }
  void window_over() { clock_.advance(minutes(61)); }
  void weak_hash() { weak_ = true; }
  void product_freeze() {
    const Caller admin = as("admin");
    ASSERT_EQ(code(in([&](Transaction& transaction) {
                return create_freeze(transaction, admin,
                                     {clock_.now(), clock_.now() + hours(1), "stock-taking"});
              })),
              "ok");
  }
  void restarted() { reopen(); }

  /// A policy that knows every way.
  static nlohmann::json whole_policy(const char* pending = "24h") {
    nlohmann::json policy = policy_of({"approver", "second"}, 1);
    policy["break_glass"] = {{"members", {"engineer"}}, {"signatures", 1},
                             {"window", "1h"},          {"token_younger_than", "10m"},
                             {"reviewers", {"second"}}, {"review_within", "24h"}};
    policy["ceilings"]["pending"] = pending;
    return policy;
  }

  std::string set_whole_policy() { return set(whole_policy()); }

  std::string decided() {
    SigningWish wish = wish_for(operation_id(101), 1);
    if (weak_) {
      wish.input.algorithm.hash = Hash::sha1;
      wish.input.digest.resize(20);
    }
    return code(ask_to_sign("engineer", wish));
  }

  void TestBody() override {}

 private:
  void change(const char* operation, const nlohmann::json& arguments) {
    ASSERT_EQ(submits("keeper", operation, arguments), "ok");
  }
  RequestId asked_ = 0;
  bool weak_ = false;
};

struct Way {
  const char* name;
  void (Ways::*take)();
};
constexpr Way ways[] = {{"asked and approved", &Ways::directly},
                        {"waiting", &Ways::by_waiting},
                        {"preapproved", &Ways::preapproved},
                        {"approved in somebody's place", &Ways::by_delegation},
                        {"in an emergency", &Ways::breaking_glass}};

struct Hindrance {
  const char* name;
  void (Ways::*put)();
  const char* code;
};
constexpr Hindrance hindrances[] = {{"nothing", &Ways::nothing, "ok"},
                                    {"frozen", &Ways::frozen, "signer_frozen"},
                                    {"disabled", &Ways::disabled, "account_disabled"},
                                    {"no member any more", &Ways::no_member, "not_found"},
                                    {"auditor by now", &Ways::only_auditor, "not_a_signing_member"},
                                    {"new policy", &Ways::new_policy, "approval_superseded"},
                                    {"revoked", &Ways::revoked, "approval_revoked"},
                                    {"used up", &Ways::used_up, "approval_used_up"},
                                    {"window over", &Ways::window_over, "approval_expired"},
                                    {"weak hash", &Ways::weak_hash, "hash_too_weak"},
                                    {"product freeze", &Ways::product_freeze, "freeze_window"},
                                    {"restarted", &Ways::restarted, "ok"}};

TEST(WaysTest, TheSameFactsGiveTheSameDecision) {
  for (const Way& way : ways)
    for (const Hindrance& hindrance : hindrances) {
      SCOPED_TRACE(std::string(way.name) + ", " + hindrance.name);
      Ways world;
      ASSERT_EQ(world.set_whole_policy(), "ok");
      (world.*way.take)();
      (world.*hindrance.put)();
      EXPECT_EQ(world.decided(), hindrance.code);
    }
}

}  // namespace
}  // namespace countersign::test
