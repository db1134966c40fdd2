// Random policies and random facts: what a policy permits that the one before it did not is always
// told to loosen it. What a policy permits is computed here once more, without cleverness.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>

#include "policy/model/signing_policy.h"

namespace countersign {
namespace {

constexpr Time today = Time(std::chrono::sys_days(std::chrono::year(2026) / 11 / 22));
const std::vector<std::string> people{"ann", "bob", "cid", "dan"};

/// A signature that somebody wishes to make, with all that bears on it.
struct Facts {
  std::vector<std::string> willing;  ///< to approve
  std::int64_t signatures = 1;
  Milliseconds window{}, pending{};
  std::int64_t active = 0;  ///< requests of the caller
  bool digests = false, network = false;
  Milliseconds proven{};       ///< so long ago, by whoever approves or breaks the glass
  bool signs = false;          ///< whoever approves
  bool approver_left = false;  ///< after the approval
  bool emergency = false;
  std::string who, reviewer;       ///< in an emergency
  Milliseconds reviewed_within{};  ///< likewise
  std::map<std::string, std::string> metadata;
  Scheme scheme = Scheme::ecdsa;
  Hash hash = Hash::sha256;
  std::size_t size = 32;
  Time time;
  std::vector<std::pair<Time, bool>> earlier;  ///< signatures, and whether they were the caller's
};

class PolicyDraw {
 public:
  explicit PolicyDraw(unsigned seed) : random_(seed) {}
  std::int64_t up_to(std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(0, most)(random_);
  }
  bool sometimes(std::int64_t of = 2) { return up_to(of - 1) == 0; }
  template <class T>
  std::vector<T> some(std::vector<T> all) {
    std::ranges::shuffle(all, random_);
    all.resize(1 + static_cast<std::size_t>(up_to(std::ssize(all) - 1)));
    std::ranges::sort(all);
    return all;
  }

  std::vector<ApprovalStep> steps() {
    std::vector<ApprovalStep> all;
    for (std::int64_t i = up_to(2); i >= 0; --i) {
      const auto names = some(people);
      all.push_back(
          {std::string(1, static_cast<char>('a' + i)), names, 1 + up_to(std::ssize(names) - 1)});
      if (sometimes()) all.back().token_younger_than = std::chrono::minutes(1 + up_to(2));
      all.back().signed_approval = sometimes();
    }
    return all;
  }
  Ceilings ceilings() {
    Ceilings drawn{
        1 + up_to(2), std::chrono::minutes(1 + up_to(2)), std::chrono::minutes(1 + up_to(2)), {}};
    if (sometimes()) drawn.active_requests = 1 + up_to(2);
    return drawn;
  }
  Demands demands() {
    Demands drawn;
    if (sometimes()) drawn.digests = DigestBinding::required;
    drawn.network = sometimes();
    for (const char* name : {"f", "g"}) {
      if (sometimes()) continue;
      MetadataField field{name, static_cast<FieldKind>(up_to(3)), {}, {}, sometimes()};
      if (field.kind == FieldKind::choice)
        field.choices = some(std::vector<std::string>{"1", "22", "x"});
      if (field.kind == FieldKind::pattern) field.pattern = sometimes() ? "[0-9]" : "x|[0-9]+";
      drawn.metadata.push_back(field);
    }
    return drawn;
  }
  AllowedAlgorithms algorithms() {
    AllowedAlgorithms drawn;
    if (sometimes()) drawn.schemes = some(std::vector{Scheme::rsa_pss, Scheme::ecdsa});
    if (sometimes()) drawn.strong_hashes = some(std::vector{Hash::sha256, Hash::sha384});
    if (sometimes()) drawn.weak_hashes = {Hash::sha1};
    return drawn;
  }
  Conditions conditions() {
    Conditions drawn;
    if (sometimes()) {
      OpenSpan span;
      span.days.at(static_cast<std::size_t>(up_to(1))) = true;
      span.from = std::chrono::hours(up_to(2));
      span.until = std::chrono::hours(3 + up_to(2));
      drawn.hours = OpeningHours{sometimes(3) ? "Europe/Berlin" : "UTC", {span}};
    }
    for (std::int64_t i = up_to(2); i > 0; --i) {
      const Time from = today + std::chrono::hours(up_to(8) - 4);
      drawn.freeze_windows.push_back({from, from + std::chrono::hours(1 + up_to(3)), "x"});
    }
    if (sometimes())
      drawn.rates.push_back({1 + up_to(2), std::chrono::hours(1 + up_to(1)),
                             sometimes() ? RateOf::caller : RateOf::signer});
    return drawn;
  }
  std::optional<BreakGlass> break_glass() {
    if (sometimes()) return std::nullopt;
    BreakGlass drawn{some(people),
                     1 + up_to(2),
                     std::chrono::minutes(1 + up_to(2)),
                     std::chrono::minutes(1 + up_to(2)),
                     some(people),
                     std::chrono::hours(1 + up_to(2))};
    // Nobody reviews himself.
    if (drawn.members.size() == 1 && drawn.members == drawn.reviewers) drawn.reviewers = people;
    return drawn;
  }
  SigningPolicy policy() {
    SigningPolicy drawn;
    drawn.algorithms = algorithms();
    drawn.conditions = conditions();
    if (sometimes(4)) return drawn;
    drawn.steps = steps();
    drawn.ceilings = ceilings();
    drawn.demands = demands();
    drawn.break_glass = break_glass();
    if (sometimes()) drawn.approver_leaves = ApproverLeaves::keeps;
    return drawn;
  }
  /// Another policy that differs in one part only.
  SigningPolicy changed(SigningPolicy policy) {
    SigningPolicy other = this->policy();
    switch (up_to(7)) {
      case 0:
        policy.steps = other.steps;
        break;
      case 1:
        policy.ceilings = other.ceilings;
        break;
      case 2:
        policy.demands = other.demands;
        break;
      case 3:
        policy.algorithms = other.algorithms;
        break;
      case 4:
        policy.conditions = other.conditions;
        break;
      case 5:
        if (policy.needs_approval()) policy.break_glass = other.break_glass;
        break;
      case 6:
        if (policy.needs_approval()) policy.approver_leaves = other.approver_leaves;
        break;
      default:
        return other;
    }
    return policy;
  }
  Facts facts() {
    Facts drawn;
    drawn.willing = some(people);
    drawn.signatures = 1 + up_to(2);
    drawn.window = std::chrono::minutes(1 + up_to(2));
    drawn.pending = std::chrono::minutes(1 + up_to(2));
    drawn.active = up_to(3);
    drawn.digests = sometimes();
    drawn.network = sometimes();
    drawn.proven = std::chrono::minutes(1 + up_to(3));
    drawn.signs = sometimes();
    drawn.approver_left = sometimes();
    drawn.emergency = sometimes();
    drawn.who = some(people).front();
    drawn.reviewer = some(people).front();
    drawn.reviewed_within = std::chrono::hours(1 + up_to(2));
    for (const char* name : {"f", "g"})
      if (!sometimes(3))
        drawn.metadata[name] = some(std::vector<std::string>{"1", "22", "x", "y z"}).front();
    drawn.scheme = sometimes() ? Scheme::ecdsa : Scheme::rsa_pss;
    drawn.hash = some(std::vector{Hash::none, Hash::sha1, Hash::sha256, Hash::sha384}).front();
    drawn.size = some(std::vector<std::size_t>{20, 32, 48, 50}).front();
    drawn.time = today + std::chrono::minutes(up_to(36 * 60));
    for (std::int64_t i = up_to(4); i > 0; --i)
      drawn.earlier.emplace_back(drawn.time - std::chrono::minutes(up_to(150)), sometimes());
    return drawn;
  }

 private:
  std::mt19937 random_;
};

/// Whether the willing can be shared out so that every step has its own.
bool complete(const std::vector<ApprovalStep>& steps, std::size_t step, std::int64_t more,
              std::vector<std::string> willing) {
  if (more == 0) {
    if (++step == steps.size()) return true;
    more = steps[step].count;
  }
  for (std::size_t i = 0; i < willing.size(); ++i) {
    if (std::ranges::find(steps[step].approvers, willing[i]) == steps[step].approvers.end())
      continue;
    auto rest = willing;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
    if (complete(steps, step, more - 1, std::move(rest))) return true;
  }
  return false;
}

bool is_among(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

bool permits_emergency(const BreakGlass& glass, const Facts& facts) {
  return facts.signatures <= glass.signatures && facts.window <= glass.window &&
         facts.proven <= glass.token_younger_than && is_among(glass.members, facts.who) &&
         is_among(glass.reviewers, facts.reviewer) && facts.reviewed_within <= glass.review_within;
}

bool answers(const ApprovalStep& step, const Facts& facts) {
  return (!step.token_younger_than || facts.proven <= *step.token_younger_than) &&
         (facts.signs || !step.signed_approval);
}

bool permits_request(const SigningPolicy& policy, const Facts& facts) {
  if (policy.steps.empty()) return true;
  const bool agreed =
      facts.emergency ? policy.break_glass && permits_emergency(*policy.break_glass, facts)
                      : (!facts.approver_left || policy.approver_leaves == ApproverLeaves::keeps) &&
                            complete(policy.steps, 0, policy.steps[0].count, facts.willing) &&
                            std::ranges::all_of(policy.steps, [&](const ApprovalStep& step) {
                              return answers(step, facts);
                            });
  const Ceilings& ceilings = policy.ceilings;
  return facts.signatures <= ceilings.signatures && facts.window <= ceilings.window &&
         facts.pending <= ceilings.pending &&
         (!ceilings.active_requests || facts.active < *ceilings.active_requests) &&
         (facts.digests || policy.demands.digests == DigestBinding::optional) &&
         (facts.network || !policy.demands.network) &&
         check_metadata(policy.demands, facts.metadata) && agreed;
}

bool permits(const SigningPolicy& policy, const Facts& facts) {
  const AllowedAlgorithms& algorithms = policy.algorithms;
  if (!permits_request(policy, facts) || !algorithms.allows(facts.scheme)) return false;
  if (facts.hash == Hash::none ? !algorithms.allows_size(facts.size)
                               : !algorithms.allows(facts.hash))
    return false;
  if (policy.conditions.hours && !policy.conditions.hours->is_open(facts.time)) return false;
  for (const FreezeWindow& each : policy.conditions.freeze_windows)
    if (each.holds(facts.time)) return false;
  return std::ranges::all_of(policy.conditions.rates, [&](const Rate& rate) {
    return rate.count > std::ranges::count_if(facts.earlier, [&](const auto& each) {
             return each.first > facts.time - rate.per &&
                    (rate.of == RateOf::signer || each.second);
           });
  });
}

TEST(LooseningTest, WhateverIsPermittedAnewLoosens) {
  int permitted_anew = 0, not_loosening = 0;
  for (unsigned seed = 0; seed < 4'000; ++seed) {
    PolicyDraw draw(seed);
    const SigningPolicy before = draw.policy();
    const SigningPolicy after = draw.changed(before);
    const bool loosening = loosens(before, after, today);
    if (!loosening && before != after) ++not_loosening;
    ASSERT_FALSE(loosens(before, before, today)) << to_json(before);
    for (int i = 0; i < 20; ++i) {
      const Facts facts = draw.facts();
      if (permits(before, facts) || !permits(after, facts)) continue;
      ++permitted_anew;
      ASSERT_TRUE(loosening) << "seed " << seed << "\n"
                             << to_json(before) << "\n"
                             << to_json(after) << "\nat " << to_rfc3339(facts.time);
    }
  }
  EXPECT_GT(permitted_anew, 200);
  EXPECT_GT(not_loosening, 200);
}

/// Two quorums of the same kind: people who make up the second and not the first loosen it; for
/// freezing it is the other way round.
TEST(LooseningTest, AQuorumThatFewerMakeUpLoosens) {
  int anew = 0;
  for (unsigned seed = 0; seed < 4'000; ++seed) {
    PolicyDraw draw(seed);
    const auto quorum = [&] {
      const auto names = draw.some(people);
      return SignerQuorum{names, 1 + draw.up_to(std::ssize(names) - 1)};
    };
    const SignerQuorum first = quorum(), second = quorum();
    const auto willing = draw.some(people);
    const auto made_up_by = [&](const SignerQuorum& each) {
      return complete({{"", each.approvers, each.count}}, 0, each.count, willing);
    };
    if (made_up_by(first) || !made_up_by(second)) continue;
    ++anew;
    for (const ConsentFor kind : consent_kinds) {
      SigningPolicy before, after;
      before.quorums.by_kind.at(static_cast<std::size_t>(kind)) = first;
      after.quorums.by_kind.at(static_cast<std::size_t>(kind)) = second;
      const bool freezes = kind == ConsentFor::freeze;
      ASSERT_TRUE(loosens(freezes ? after : before, freezes ? before : after, today)) << seed;
    }
  }
  EXPECT_GT(anew, 300);
}

TEST(LooseningTest, EveryPolicyReadsAsItWasWritten) {
  for (unsigned seed = 0; seed < 500; ++seed) {
    const SigningPolicy policy = PolicyDraw(seed).policy();
    const auto read = signing_policy_from_json(to_json(policy), "");
    ASSERT_TRUE(read) << to_json(policy) << read.error().message;
    EXPECT_EQ(*read, policy) << to_json(policy);
  }
}

}  // namespace
}  // namespace countersign
