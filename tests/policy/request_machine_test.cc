// Random operations of random people on requests, with clock jumps and restarts, against a small
// model: no difference. COUNTERSIGN_REQUEST_STEPS and COUNTERSIGN_SEED for more, or for the same
// again.
#include <cstdlib>
#include <random>

#include "policy/break_glass.h"
#include "tests/policy/request_model.h"
#include "tests/policy/request_world.h"

namespace countersign::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

int number_from(const char* variable, int otherwise) {
  const char* const text = std::getenv(variable);
  return text == nullptr ? otherwise : static_cast<int>(std::strtol(text, nullptr, 10));
}

class RequestMachine : public RequestWorld {
 protected:
  RequestMachine() : random_(static_cast<unsigned>(seed_)) {
    EXPECT_EQ(submits("keeper", "member.add",
                      {{"signer", 0}, {"principal", "outsider"}, {"role", "auditor"}}),
              "ok");
    model_.policies.resize(2);  // the world's own, which is gone at once
    model_.now = clock_.now();
    draw_policy();
  }

  int up_to(int most) { return std::uniform_int_distribution(0, most)(random_); }
  std::string one_of(const std::vector<std::string>& all) {
    return all[static_cast<std::size_t>(up_to(static_cast<int>(all.size()) - 1))];
  }
  ModelRequest* some_request() {
    if (model_.requests.empty()) return nullptr;
    // Mostly one of the latest, which may still be open.
    const int size = static_cast<int>(model_.requests.size());
    const int back = std::min(size - 1, up_to(up_to(5) == 0 ? size - 1 : 12));
    return &model_.requests[static_cast<std::size_t>(size - 1 - back)];
  }
  std::string next_operation() {
    const std::string text = std::to_string(++drawn_);
    return std::string(32 - text.size(), '0') + text;
  }

  /// What the store did, told as an error's code, against what it ought to have done.
  void expect(const std::string& what, const std::string& code, bool good) {
    EXPECT_EQ(code == "ok", good) << what << ": " << code << ", step " << step_;
    ++(good ? good_ : refused_)[what];
  }

  void draw_policy() {
    const std::vector<std::string> three{"approver", "second", "outsider"};
    const int kind = up_to(3);
    nlohmann::json policy = policy_of(three, kind == 0 ? 1 : 2);
    ModelPolicy model{{{{three.begin(), three.end()}, kind == 0 ? 1 : 2}}, kind == 3};
    if (kind == 2) {
      policy["approval"] = {
          {{"name", "look"}, {"approvers", {"approver", "outsider"}}, {"count", 1}},
          {{"name", "release"}, {"approvers", {"second", "keeper"}}, {"count", 1}}};
      model.steps = {{{"approver", "outsider"}, 1}, {{"second", "keeper"}, 1}};
    }
    if (kind == 3) policy["when_approver_leaves"] = "keep";
    policy["break_glass"] = {{"members", {"engineer"}}, {"signatures", 2},
                             {"window", "30m"},         {"token_younger_than", "10m"},
                             {"reviewers", {"second"}}, {"review_within", "2h"}};
    // Each of them names these two.
    const bool good =
        !model_.disabled.contains("outsider") && !model_.disabled.contains("engineer");
    expect("policy", set(policy), good);
    if (good) model_.set_policy(model);
  }

  void remember(const Request& request, RequestKind kind) {
    ModelRequest made;
    made.id = request.id;
    made.kind = kind;
    made.requester = name_of(request.requester);
    made.beneficiary = name_of(request.beneficiary);
    made.revision = model_.revision();
    made.count = request.count;
    made.window = request.window;
    made.starts = request.starts;
    made.open_until = model_.now + hours(24);
    made.review_due = model_.now + hours(2);
    if (kind != RequestKind::use) model_.activate(made);
    model_.requests.push_back(made);
  }
  std::string name_of(AccountId id) {
    return *in([&](Transaction& transaction) -> Result<std::string> {
      return transaction.accounts.name_of(id);
    });
  }

  NewRequest draw_wish(int most) {
    NewRequest wish{"to ship", 1 + up_to(most), minutes(10 * (1 + up_to(6)))};
    if (up_to(4) == 0) wish.starts = model_.now + minutes(up_to(60));
    return wish;
  }

  void file() {
    const std::string who = one_of({"engineer", "mate", "keeper"});
    const NewRequest wish = draw_wish(3);
    const auto pending = std::ranges::count_if(model_.requests, [&](const ModelRequest& each) {
      return each.requester == who && each.state(model_.now) == RequestState::pending;
    });
    if (model_.disabled.contains(who)) return;  // turned away before anything is asked
    const auto request = create(who, wish);
    expect("file", code(request), *wish.count <= 3 && *wish.window <= hours(1) && pending < 20);
    if (request) remember(*request, RequestKind::use);
  }

  void preapprove() {
    const std::string who = one_of({"engineer", "mate", "keeper", "approver"});
    const NewRequest wish = draw_wish(3);
    nlohmann::json values{{"reason", "nightly"},
                          {"count", *wish.count},
                          {"window", std::to_string(wish.window->count() / 60'000) + "m"}};
    const std::string code = submits(
        "keeper", "request.preapprove",
        {{"signer", 0}, {"beneficiary", who}, {"policy", model_.revision()}, {"wish", values}});
    expect("preapprove", code,
           who != "keeper" && model_.may_sign(who) && *wish.count <= 3 && *wish.window <= hours(1));
    if (code == "ok") remember(latest(), RequestKind::preapproval);
  }

  void emergency() {
    const std::string who = one_of({"engineer", "mate"});
    if (model_.disabled.contains(who)) return;
    const bool fresh = up_to(3) != 0;
    const Caller caller = proven(who, fresh ? minutes(0) : minutes(11));
    const NewRequest wish{"outage", 1 + up_to(2), minutes(10 * (1 + up_to(3)))};
    const auto request = in([&](Transaction& transaction) {
      return break_glass(transaction, caller, signer(transaction), wish);
    });
    const bool overdue = std::ranges::any_of(model_.requests, [&](const ModelRequest& each) {
      return each.kind == RequestKind::break_glass && !each.reviewed &&
             each.review_due <= model_.now;
    });
    const bool lasts = std::ranges::any_of(model_.requests, [&](const ModelRequest& each) {
      return each.kind == RequestKind::break_glass && !each.reviewed && *each.until > model_.now;
    });
    expect("emergency", code(request),
           who == "engineer" && fresh && !overdue && !lasts && *wish.count <= 2 &&
               *wish.window <= minutes(30));
    if (request) remember(*request, RequestKind::break_glass);
  }

  /// Mostly one of those that `wanted` picks, if there is one.
  template <class Wanted>
  ModelRequest* mostly(Wanted wanted) {
    const auto found = std::ranges::find_if(model_.requests, wanted);
    return up_to(3) == 0 || found == model_.requests.end() ? some_request() : &*found;
  }

  void review() {
    ModelRequest* const one = mostly([](const ModelRequest& each) {
      return each.kind == RequestKind::break_glass && !each.reviewed;
    });
    if (one == nullptr) return;
    const Caller caller = as(one_of({"second", "approver", "engineer"}));
    const std::string done = code(in([&](Transaction& transaction) {
      return review_request(transaction, caller, one->id, "seen");
    }));
    const bool good =
        one->kind == RequestKind::break_glass && !one->reviewed && caller.account.name == "second";
    expect("review", done, good);
    if (good) one->reviewed = true;
  }

  void respond() {
    ModelRequest* const one = some_request();
    if (one == nullptr) return;
    const std::string who =
        one_of({"approver", "second", "outsider", "keeper", "engineer", "mate"});
    if (model_.disabled.contains(who)) return;
    const bool yes = up_to(5) != 0;
    const auto place = model_.place_for(*one, who);
    expect(yes ? "approve" : "reject", answer(as(who), one->id, {yes, "because"}),
           place.has_value());
    if (!place) return;
    if (!yes) {
      one->stored = RequestState::rejected;
      return;
    }
    const auto steps = model_.policies[static_cast<std::size_t>(one->revision)].steps.size();
    one->answers.push_back({who, *place, model_.step_of(*one).value_or(steps - 1)});
    if (!model_.step_of(*one)) model_.activate(*one);
  }

  void stop() {
    const bool cancels = up_to(1) == 0;
    ModelRequest* const one = mostly([&](const ModelRequest& each) {
      return each.state(model_.now) == (cancels ? RequestState::pending : RequestState::active);
    });
    if (one == nullptr) return;
    const std::string who = one_of({"keeper", "engineer", "mate"});
    if (model_.disabled.contains(who)) return;
    const Caller caller = as(who);
    const RequestAction action = cancels ? RequestAction::cancel : RequestAction::revoke;
    const std::string done = code(in([&](Transaction& transaction) {
      return stop_request(transaction, caller, one->id, action, "request.stop", "because");
    }));
    const RequestState state = one->state(model_.now);
    const bool good = cancels ? state == RequestState::pending && one->requester == who
                              : state == RequestState::active && who == "keeper";
    expect(cancels ? "cancel" : "revoke", done, good);
    if (good) one->stored = cancels ? RequestState::cancelled : RequestState::revoked;
  }

  void use() {
    const std::string who = one_of({"engineer", "mate", "keeper"});
    const auto grant = sign(who, next_operation());
    const auto fitting = model_.fitting(who);
    const bool good = !model_.frozen && model_.may_sign(who) && !fitting.empty();
    expect("sign", code(grant), good);
    if (!grant || !good) return;
    const auto one = std::ranges::find(model_.requests, *grant->request, &ModelRequest::id);
    ASSERT_EQ(*one->until, *fitting.front()->until) << step_;
    if (++one->used == one->count) one->stored = RequestState::used_up;
    if (up_to(5) != 0) return;
    finish(*grant, SigningEnd::not_signed);
    --one->used;
    if (one->stored == RequestState::used_up) one->stored = RequestState::active;
  }

  void delegate_some() {
    const std::string from = one_of({"approver", "second", "outsider"});
    const std::string to = one_of({"approver", "second", "mate", "keeper"});
    std::erase_if(model_.delegations,
                  [&](const ModelDelegation& each) { return each.ends <= model_.now; });
    if (model_.disabled.contains(from) || from == to || model_.delegations.size() >= 20) return;
    const Milliseconds after = minutes(up_to(30)), length = minutes(1 + up_to(300));
    expect("delegate", delegate(from, to, after, length), !model_.disabled.contains(to));
    if (!model_.disabled.contains(to))
      model_.delegations.push_back({from, to, model_.now + after, model_.now + after + length});
  }

  void come_or_go() {
    const std::string who = one_of({"engineer", "mate", "outsider"});
    const bool back = model_.disabled.contains(who);
    std::string done = submits("admin", back ? "account.enable" : "account.disable",
                               {{"account", who}, {"reason", "x"}});
    // Whoever comes back acts on the signer anew, to which its admin consents.
    if (back && done == "waits" && answers("keeper") == "applied") done = "ok";
    expect(back ? "enable" : "disable", done, true);
    if (back)
      model_.disabled.erase(who);
    else
      model_.disabled.insert(who);
    model_.lose();
  }

  void freeze_or_not() {
    expect("freeze",
           submits("keeper", model_.frozen ? "signer.unfreeze" : "signer.freeze",
                   {{"signer", 0}, {"reason", "x"}}),
           true);
    model_.frozen = !model_.frozen;
  }

  /// The request that was made since the model's last one.
  Request latest() {
    return *in([&](Transaction& transaction) -> Result<Request> {
      RequestFilter filter;
      if (!model_.requests.empty()) filter.after = model_.requests.back().id;
      return transaction.requests.list(filter).back();
    });
  }

  /// The later of the clock and of what the store has seen; a restarted one knows what it
  /// committed.
  void look_at_the_time() {
    model_.now = *in([](Transaction& transaction) -> Result<Time> { return transaction.now; });
  }

  void step() {
    // A clock that is set back does not take time back.
    if (up_to(9) == 0) clock_.advance(minutes(up_to(40) == 0 ? up_to(3'000) : up_to(25) - 3));
    look_at_the_time();
    const int what = up_to(99);
    if (what < 22)
      file();
    else if (what < 50)
      respond();
    else if (what < 76)
      use();
    else if (what < 80)
      stop();
    else if (what < 84)
      preapprove();
    else if (what < 88)
      emergency();
    else if (what < 91)
      review();
    else if (what < 93)
      delegate_some();
    else if (what < 95)
      come_or_go();
    else if (what < 96)
      draw_policy();
    else if (what < 98)
      freeze_or_not();
    else
      reopen();
  }

  /// Every request that is open in the model or the store, and the latest ones, is the same in
  /// both.
  void compare() {
    in([&](Transaction& transaction) -> Result<bool> {
      const std::size_t size = model_.requests.size();
      for (std::size_t i = size > 60 ? size - 60 : 0; i < size; ++i) {
        const ModelRequest& one = model_.requests[i];
        const Request stored = *transaction.requests.find(one.id);
        EXPECT_EQ(to_text(state_at(stored, model_.now)), to_text(one.state(model_.now)))
            << "request " << one.id << ", step " << step_;
        EXPECT_EQ(stored.used, one.used) << "request " << one.id << ", step " << step_;
        EXPECT_EQ(stored.active_until, one.until) << "request " << one.id << ", step " << step_;
      }
      return true;
    });
  }

  const int seed_ = number_from("COUNTERSIGN_SEED", 5);
  std::mt19937 random_;
  RequestModel model_;
  std::map<std::string, int> good_, refused_;
  int drawn_ = 0;
  int step_ = 0;
};

TEST_F(RequestMachine, DoesWhatTheModelDoes) {
  const int steps = number_from("COUNTERSIGN_REQUEST_STEPS", 5'000);
  std::cout << "seed " << seed_ << ", " << steps << " steps\n";
  for (; step_ < steps && !HasFailure(); ++step_) {
    step();
    if (step_ % 10 == 0) compare();
    if (step_ % 1'000 == 0) model_.forget_ended();
  }
  compare();
  if (steps < 5'000) return;
  for (const char* const what : {"file", "approve", "sign", "emergency", "revoke", "cancel"}) {
    EXPECT_GT(good_[what], 0) << what;
    EXPECT_GT(refused_[what], 0) << what;
  }
}

}  // namespace
}  // namespace countersign::test
