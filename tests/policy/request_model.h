// What requests do, told once more without a store: small enough to be seen to be right.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/clock.h"
#include "policy/model/request.h"

namespace countersign::test {

/// A policy as far as the model knows one.
struct ModelPolicy {
  struct Step {
    std::set<std::string> approvers;
    int count = 1;
  };
  std::vector<Step> steps;
  bool keeps = false;  ///< active requests when an approver leaves
};

struct ModelAnswer {
  std::string who, place;  ///< place: in whose he answered; empty: his own
  std::size_t step = 0;
};

struct ModelRequest {
  RequestId id = 0;
  RequestKind kind = RequestKind::use;
  std::string requester, beneficiary;
  int revision = 0;
  std::int64_t count = 1, used = 0;
  Milliseconds window{};
  RequestState stored = RequestState::pending;
  Time open_until;
  std::optional<Time> starts, from, until;
  std::vector<ModelAnswer> answers;
  bool reviewed = false;
  Time review_due;

  RequestState state(Time now) const {
    if (stored == RequestState::pending && now >= open_until) return RequestState::expired;
    if (stored == RequestState::active && now >= *until) return RequestState::expired;
    return stored;
  }
};

struct ModelDelegation {
  std::string from, to;
  Time begins, ends;
};

/// Who may do what now, and every request there was.
class RequestModel {
 public:
  Time now;
  std::vector<ModelPolicy> policies;  ///< by revision, from 1 on; the last one holds
  std::set<std::string> disabled;
  bool frozen = false;
  std::vector<ModelDelegation> delegations;
  std::vector<ModelRequest> requests;

  const ModelPolicy& policy() const { return policies.back(); }
  int revision() const { return static_cast<int>(policies.size()) - 1; }
  bool may_sign(const std::string& who) const {
    static const std::set<std::string> signers{"keeper", "engineer", "mate"};
    return signers.contains(who) && !disabled.contains(who);
  }

  void activate(ModelRequest& request) const {
    request.stored = RequestState::active;
    request.from = std::max(now, request.starts.value_or(now));
    request.until = *request.from + request.window;
  }

  /// The step that the request waits for; nothing when all are complete.
  std::optional<std::size_t> step_of(const ModelRequest& request) const {
    const auto& steps = policies[static_cast<std::size_t>(request.revision)].steps;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const auto good = std::ranges::count_if(request.answers, [&](const ModelAnswer& each) {
        return each.step == i && counts(request, each);
      });
      if (good < steps[i].count) return i;
    }
    return std::nullopt;
  }

  /// In whose place he may answer now: "" his own; nothing when he may not.
  std::optional<std::string> place_for(const ModelRequest& request, const std::string& who) const {
    if (request.state(now) != RequestState::pending || disabled.contains(who)) return std::nullopt;
    const auto& steps = policies[static_cast<std::size_t>(request.revision)].steps;
    const auto& approvers = steps[step_of(request).value_or(steps.size() - 1)].approvers;
    if (is_own(request, who) || has_answered(request, who)) return std::nullopt;
    if (approvers.contains(who)) return "";
    // Of several colleagues the one whose account is the oldest.
    for (const char* const from : {"approver", "second", "outsider"})
      if (delegates(from, who) && approvers.contains(from) && !disabled.contains(from) &&
          !is_own(request, from) && !has_answered(request, from))
        return from;
    return std::nullopt;
  }

  bool delegates(const std::string& from, const std::string& to) const {
    return std::ranges::any_of(delegations, [&](const ModelDelegation& each) {
      return each.from == from && each.to == to && each.begins <= now && now < each.ends;
    });
  }

  /// Ends what does not hold any more now that somebody left.
  void lose() {
    for (ModelRequest& each : requests) {
      if (each.stored != RequestState::pending && each.stored != RequestState::active) continue;
      const bool active = each.stored == RequestState::active;
      bool lost = !may_sign(each.beneficiary);
      if (active && each.kind == RequestKind::use &&
          !policies[static_cast<std::size_t>(each.revision)].keeps)
        lost |= step_of(each).has_value();
      if (lost) each.stored = active ? RequestState::revoked : RequestState::cancelled;
    }
  }

  /// What has ended stays as it is: only the latest are worth looking at again.
  void forget_ended() {
    if (requests.size() < 500) return;
    const auto end = requests.end() - 300;
    requests.erase(
        std::remove_if(requests.begin(), end,
                       [&](const ModelRequest& each) {
                         const RequestState is = each.state(now);
                         const bool due = each.kind == RequestKind::break_glass && !each.reviewed;
                         return is != RequestState::pending && is != RequestState::active && !due;
                       }),
        end);
  }

  void set_policy(ModelPolicy policy) {
    policies.push_back(std::move(policy));
    for (ModelRequest& each : requests) {
      if (each.stored == RequestState::pending) each.stored = RequestState::stale;
      if (each.stored == RequestState::active) each.stored = RequestState::superseded;
    }
  }

  /// Those by which he may sign now, soonest end first.
  std::vector<ModelRequest*> fitting(const std::string& who) {
    std::vector<ModelRequest*> found;
    for (ModelRequest& each : requests)
      if (each.beneficiary == who && each.state(now) == RequestState::active && *each.from <= now &&
          each.revision == revision() && each.used < each.count)
        found.push_back(&each);
    std::ranges::sort(found, {}, [](const ModelRequest* each) { return *each->until; });
    return found;
  }

 private:
  static bool is_own(const ModelRequest& request, const std::string& who) {
    return request.requester == who || request.beneficiary == who;
  }
  static bool has_answered(const ModelRequest& request, const std::string& who) {
    return std::ranges::any_of(request.answers, [&](const ModelAnswer& each) {
      return each.who == who || each.place == who;
    });
  }
  bool counts(const ModelRequest& request, const ModelAnswer& answer) const {
    const auto& step = policies[static_cast<std::size_t>(request.revision)].steps[answer.step];
    const std::string& voice = answer.place.empty() ? answer.who : answer.place;
    return step.approvers.contains(voice) && !disabled.contains(voice) &&
           !disabled.contains(answer.who) && !is_own(request, voice) &&
           !is_own(request, answer.who);
  }
};

}  // namespace countersign::test
