#include "policy/model/decision.h"

#include <algorithm>
#include <array>

#include "core/duration.h"
#include "core/encoding.h"
#include "policy/model/permissions/rights.h"

namespace countersign {
namespace {

Decision deny(std::string code, std::string rule, std::string message, std::string remedy = {},
              std::optional<RequestId> request = std::nullopt) {
  return {false, std::move(code), std::move(rule), std::move(message), std::move(remedy), request};
}

Decision allow(std::string rule, std::string message,
               std::optional<RequestId> request = std::nullopt) {
  return {true, "allowed", std::move(rule), std::move(message), "", request};
}

std::string ask_again(const Signer& signer) {
  return "run: countersign request create " + signer.name + " --reason \"…\"";
}

bool gives(const DecisionFacts& facts, std::string_view right) {
  return decide_right(
             {Permission::of(*find_entry(right), facts.signer.id), facts.signer.application},
             facts.held)
      .allowed;
}

std::optional<Decision> role_rule(const DecisionFacts& facts) {
  if (!gives(facts, right::see_signer))
    return deny("not_found", "visibility", "there is no signer " + facts.signer.name);
  if (facts.caller.state != AccountState::active)
    return deny("account_disabled", "account state", "the account is disabled",
                "ask a product admin");
  if (!gives(facts, right::sign))
    return deny("not_a_signing_member", "role",
                "your role on " + facts.signer.name + " does not allow signing",
                "ask an admin of the signer to make you an operator");
  return std::nullopt;
}

std::optional<Decision> state_rule(const DecisionFacts& facts) {
  const Signer& signer = facts.signer;
  if (signer.state == SignerState::frozen)
    return deny("signer_frozen", "signer state", signer.name + " is frozen: " + signer.state_reason,
                "an admin of the signer can run: countersign signer unfreeze " + signer.name);
  if (signer.state == SignerState::retired)
    return deny("signer_retired", "signer state", signer.name + " is retired");
  if (facts.now < signer.certificate_from || facts.now >= signer.certificate_until)
    return deny("certificate_not_valid", "certificate",
                "the certificate of " + signer.name + " is valid only from " +
                    to_rfc3339(signer.certificate_from) + " to " +
                    to_rfc3339(signer.certificate_until),
                "have a product admin create a signer with a current certificate");
  return std::nullopt;
}

/// What the signer's policy says; where there is none, nothing but what every policy says.
const SigningPolicy& policy_of(const DecisionFacts& facts) {
  static const SigningPolicy none;
  return facts.policy == nullptr ? none : *facts.policy;
}

/// ECDSA reads its digest as a number, so zeros in front make a short digest look long; a strong
/// hash begins with eight of them once in 2^64 times.
bool is_padded(const SigningInput& input) {
  return input.algorithm.scheme == Scheme::ecdsa &&
         std::all_of(input.digest.begin(), input.digest.begin() + 8,
                     [](auto byte) { return byte == 0; });
}

/// Whether a digest's hash, or what stands for it, is one for which collisions can be made.
bool is_weak_input(const SigningInput& input) {
  // A raw ECDSA digest names no hash, but what is shorter than SHA-224's cannot be a strong one.
  const bool short_raw =
      input.algorithm.hash == Hash::none && input.digest.size() < digest_size(Hash::sha224);
  return is_padded(input) || short_raw || is_weak(input.algorithm.hash) ||
         is_weak(input.algorithm.mgf_hash);
}

bool allows(const AllowedAlgorithms& allowed, const SigningInput& input) {
  const Hash hash = input.algorithm.hash, inner = input.algorithm.mgf_hash;
  return (hash == Hash::none ? allowed.allows_size(input.digest.size()) : allowed.allows(hash)) &&
         (inner == Hash::none || allowed.allows(inner));
}

std::optional<Decision> input_rule(const DecisionFacts& facts) {
  if (!facts.input) return std::nullopt;
  const SigningInput& input = *facts.input;
  const PublicKey& key = facts.signer.pinned;
  if (const auto why = unsuitable(input, key.type(), key.bits()))
    return deny("input_unsuitable", "algorithm", *why);
  const AllowedAlgorithms& allowed = policy_of(facts).algorithms;
  if (!allowed.allows(input.algorithm.scheme))
    return deny("algorithm_not_allowed", "algorithm",
                "the policy of " + facts.signer.name + " does not allow " +
                    std::string(to_text(input.algorithm.scheme)),
                "see: countersign policy show " + facts.signer.name);
  if (is_padded(input) || !allows(allowed, input)) {
    if (is_weak_input(input))
      return deny("hash_too_weak", "algorithm",
                  "the policy of " + facts.signer.name + " does not allow SHA-1 or shorter digests",
                  "sign with SHA-256 or stronger");
    return deny("hash_not_allowed", "algorithm",
                "the policy of " + facts.signer.name + " does not allow digests like " +
                    to_text(input.algorithm) + " of " + std::to_string(input.digest.size()) +
                    " bytes",
                "see: countersign policy show " + facts.signer.name);
  }
  return std::nullopt;
}

/// When something is over, as a remedy; whole seconds, and never too early.
std::string try_again_at(Time time) {
  return "sign at " + to_rfc3339(std::chrono::ceil<std::chrono::seconds>(time)) + " or later";
}

std::optional<Decision> network_rule(const DecisionFacts& facts) {
  const auto& networks = policy_of(facts).conditions.networks;
  if (!networks || std::ranges::find(*networks, facts.network) != networks->end())
    return std::nullopt;
  return deny("network_not_allowed", "network",
              "the policy of " + facts.signer.name + " does not allow calls from the network " +
                  std::string(facts.network),
              "see: countersign policy show " + facts.signer.name);
}

std::optional<Decision> hours_rule(const DecisionFacts& facts) {
  const auto& hours = policy_of(facts).conditions.hours;
  if (!hours || hours->is_open(facts.now)) return std::nullopt;
  const auto next = hours->next_open(facts.now);
  return deny("outside_hours", "hours",
              facts.signer.name + " signs in certain hours only, by the clocks of " + hours->zone,
              next ? try_again_at(*next) : "see: countersign policy show " + facts.signer.name);
}

/// The product's freeze windows hold without a policy, too.
std::optional<Decision> freeze_rule(const DecisionFacts& facts) {
  const auto& of_signer = policy_of(facts).conditions.freeze_windows;
  if (of_signer.empty() && facts.product_freezes.empty()) return std::nullopt;
  std::vector<FreezeWindow> windows = facts.product_freezes;
  windows.insert(windows.end(), of_signer.begin(), of_signer.end());
  const FreezeWindow* const window = window_at(windows, facts.now);
  if (window == nullptr) return std::nullopt;
  const Time end = end_of_freeze(windows, facts.now);
  return deny("freeze_window", "freeze window",
              "nothing is signed with " + facts.signer.name + " until " + to_rfc3339(end) + ": " +
                  window->reason,
              try_again_at(end));
}

std::optional<Decision> rate_rule(const DecisionFacts& facts) {
  const RateUse* latest = nullptr;
  for (const RateUse& each : facts.rates)
    if (each.free_at && (latest == nullptr || *each.free_at > *latest->free_at)) latest = &each;
  if (latest == nullptr) return std::nullopt;
  return deny("rate_exceeded", "rate",
              "the policy of " + facts.signer.name + " allows " + to_text(latest->rate) +
                  ", and so many were signed",
              try_again_at(*latest->free_at));
}

/// Whether the request was made for this very key under this very policy.
bool belongs(const Request& request, const DecisionFacts& facts) {
  return request.signer == facts.signer.id && request.beneficiary == facts.caller.id &&
         request.policy == facts.signer.policy &&
         request.fingerprint == to_hex(facts.signer.pinned.fingerprint());
}

bool is_from(const Request& request, std::string_view network) {
  return request.networks.empty() ||
         std::ranges::find(request.networks, network) != request.networks.end();
}

bool fits(const Request& request, const DecisionFacts& facts) {
  const bool covers = !request.bound || !facts.input || request.digest_left > 0;
  return belongs(request, facts) && covers && is_from(request, facts.network) &&
         request.used < request.count && facts.now >= request.active_from.value_or(facts.now) &&
         state_at(request, facts.now) == RequestState::active;
}

Decision without_approval(const DecisionFacts& facts) {
  const Signer& signer = facts.signer;
  const auto latest = std::ranges::max_element(facts.requests, {}, &Request::id);
  if (latest == facts.requests.end())
    return deny("approval_needed", "approval", "signing with " + signer.name + " needs an approval",
                ask_again(signer));
  const std::string number = std::to_string(latest->id);
  const auto told = [&](const char* code, const std::string& message, const std::string& remedy) {
    return deny(code, "approval", message, remedy, latest->id);
  };
  const RequestState state = state_at(*latest, facts.now);
  const bool over = state == RequestState::superseded || state == RequestState::stale ||
                    ((state == RequestState::active || state == RequestState::used_up) &&
                     !belongs(*latest, facts));
  if (over)
    return told("approval_superseded",
                "policy or key of " + signer.name + " have changed since request " + number,
                ask_again(signer));
  switch (state) {
    case RequestState::pending:
      return told("approval_pending", "request " + number + " still waits for its approval",
                  "an approver can run: countersign request approve " + number);
    case RequestState::active:
      if (facts.now < latest->active_from.value_or(facts.now))
        return told("approval_not_yet",
                    "request " + number + " holds from " + to_rfc3339(*latest->active_from) + " on",
                    try_again_at(*latest->active_from));
      if (!is_from(*latest, facts.network))
        return told("approval_for_other_network", "request " + number + " is for other networks",
                    ask_again(signer));
      if (latest->bound && latest->used < latest->count)
        return told("approval_for_others", "request " + number + " is for other digests",
                    ask_again(signer));
      [[fallthrough]];
    case RequestState::used_up:
      return told("approval_used_up",
                  "all " + std::to_string(latest->count) + " signatures of request " + number +
                      " are used up",
                  ask_again(signer));
    case RequestState::expired:
      return told("approval_expired", "the time of request " + number + " is over",
                  ask_again(signer));
    case RequestState::revoked:
      return told("approval_revoked", "request " + number + " was revoked",
                  "see: countersign request show " + number);
    case RequestState::rejected:
      return told("approval_rejected", "request " + number + " was rejected",
                  "see: countersign request show " + number);
    case RequestState::cancelled:
    case RequestState::superseded:
    case RequestState::stale:
      return told("approval_needed", "signing with " + signer.name + " needs an approval",
                  ask_again(signer));
  }
  return told("approval_needed", "signing needs an approval", ask_again(signer));
}

/// For an operation that took its signature before: its request must not have been ended since.
Decision repeated(const DecisionFacts& facts) {
  for (const Request& request : facts.requests)
    if (request.id == *facts.already_taken && belongs(request, facts) &&
        (request.state == RequestState::active || request.state == RequestState::used_up) &&
        facts.now < request.active_until.value_or(Time{}))
      return allow("operation repeated", "taken from request " + std::to_string(request.id),
                   request.id);
  return without_approval(facts);
}

Decision approval_rule(const DecisionFacts& facts) {
  if (facts.policy == nullptr)
    return deny("no_policy", "approval", facts.signer.name + " has no signing policy yet",
                "an admin of the signer can run: countersign policy set " + facts.signer.name +
                    " FILE --reason \"…\"");
  if (!facts.policy->needs_approval()) return allow("approval none", "no approval is needed");
  if (facts.already_taken) return repeated(facts);
  const Request* chosen = nullptr;
  for (const Request& request : facts.requests)
    if (fits(request, facts) &&
        (chosen == nullptr || *request.active_until < *chosen->active_until))
      chosen = &request;
  if (chosen == nullptr) return without_approval(facts);
  return allow("approval",
               "request " + std::to_string(chosen->id) + " has " +
                   std::to_string(chosen->count - chosen->used) + " of " +
                   std::to_string(chosen->count) + " signatures left until " +
                   to_rfc3339(*chosen->active_until),
               chosen->id);
}

/// What comes before approval, in its order, by the name that the record has for it.
struct Rule {
  const char* name;
  std::optional<Decision> (*denial)(const DecisionFacts& facts);
};
constexpr std::array rules{Rule{"role", role_rule},       Rule{"signer state", state_rule},
                           Rule{"algorithm", input_rule}, Rule{"network", network_rule},
                           Rule{"hours", hours_rule},     Rule{"freeze window", freeze_rule},
                           Rule{"rate", rate_rule}};

}  // namespace

Decision decide(const DecisionFacts& facts) {
  for (const Rule& each : rules)
    if (auto denied = each.denial(facts)) return std::move(*denied);
  Decision decision = approval_rule(facts);
  if (decision.allowed && facts.input && is_weak_input(*facts.input))
    decision.warning = facts.signer.name + " signed a SHA-1 digest: others with it can be made";
  return decision;
}

std::vector<Decision> each_rule(const DecisionFacts& facts) {
  std::vector<Decision> all;
  for (const Rule& each : rules) {
    auto denied = each.denial(facts);
    all.push_back(denied ? std::move(*denied) : allow(each.name, "nothing stands in the way"));
    if (each.denial == role_rule && !all.back().allowed) return all;
  }
  all.push_back(approval_rule(facts));
  return all;
}

}  // namespace countersign
