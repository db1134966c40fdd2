#include "policy/effects.h"

#include <algorithm>
#include <map>

#include "core/text.h"
#include "policy/access.h"
#include "policy/preapprovals.h"
#include "policy/step_places.h"

namespace countersign {
namespace {

constexpr std::size_t most_told = 20;

constexpr std::string_view group_mark = "group:";

/// Of the ways to name an approver, "group:NAME".
bool is_group_name(const std::string& name) {
  return name.starts_with(group_mark) && name.find(':', group_mark.size()) == name.npos;
}

std::string two_admins_key(SignerId object) {
  return "two_admins/" + std::to_string(object);
}

bool is_person(Transaction& transaction, PrincipalId id) {
  const auto account = transaction.accounts.find(id);
  return account && account->kind == AccountKind::user;
}

/// Whoever acts as itself with the admins' role: people count, and for claims nobody knows who.
void count_admins(Transaction& transaction, LayeredRole admin, Standing& standing) {
  for (const auto& [way, role] : standing.acting) {
    if (role != admin || way.actor != way.as) continue;
    if (is_person(transaction, way.actor))
      standing.admins.insert(way.actor);
    else if (transaction.claims.find(way.actor))
      standing.shared_admins = true;
  }
}

/// Of the approvers, those who act on the signer.
Consenters consenters_among(Transaction& transaction, const Standing& standing,
                            const SignerQuorum& quorum) {
  if (quorum.approvers.empty()) return {standing.admins, standing.shared_admins, quorum.count};
  Consenters found{{}, false, quorum.count};
  for (const PrincipalId id : named_in(transaction, {"", quorum.approvers, quorum.count})) {
    if (!standing.acting.contains({id, id})) continue;
    if (is_person(transaction, id))
      found.people.insert(id);
    else if (transaction.claims.find(id))
      found.shared = true;
  }
  return found;
}

Standing standing_of(Transaction& transaction, const Signer& signer) {
  Standing standing;
  standing.name = signer.name;
  standing.acting = transaction.acting.on_signer(signer.id);
  standing.state = signer.state;
  count_admins(transaction, LayeredRole::signer_admin, standing);
  for (Request& each : transaction.requests.preapproved(signer.id))
    standing.preapproved.emplace(each.id, std::move(each));
  if (const SigningPolicy* const policy = transaction.signers.current_policy(signer)) {
    standing.policy = *policy;
    std::vector<Consenters> steps;
    for (const ApprovalStep& step : policy->steps) {
      standing.named.merge(named_in(transaction, step));
      steps.push_back(consenters_among(transaction, standing, {step.approvers, step.count}));
    }
    standing.steps_can_complete = can_fill_all(steps);
    if (policy->break_glass)
      for (const auto* const names :
           {&policy->break_glass->members, &policy->break_glass->reviewers})
        standing.named.merge(named_in(transaction, {"", *names}));
    for (const ConsentFor kind : consent_kinds)
      if (const auto& quorum = policy->quorums.of(kind))
        standing.quorums[kind] = consenters_among(transaction, standing, *quorum);
  }
  return standing;
}

Standing standing_of_product(Transaction& transaction) {
  Standing standing;
  standing.name = "the product";
  standing.acting = transaction.acting.on_product();
  standing.freezes = transaction.freezes.from(transaction.now);
  count_admins(transaction, LayeredRole::product_admin, standing);
  return standing;
}

std::string name_of(Transaction& transaction, PrincipalId id) {
  if (const auto claim = transaction.claims.find(id)) return text_of(*claim);
  return transaction.accounts.name_of(id);
}

/// Names what was gained, as far as a line has room.
class Gains {
 public:
  void add(const std::string& gain) {
    if (++count_ <= most_told) text_ += (text_.empty() ? "" : ", ") + gain;
  }
  bool any() const { return count_ > 0; }
  std::string text() const {
    if (count_ <= most_told) return text_;
    return text_ + " and " + std::to_string(count_ - most_told) + " more";
  }

 private:
  std::size_t count_ = 0;
  std::string text_;
};

Effect effect_between(Transaction& transaction, SignerId object, const Standing& before,
                      const Standing& after) {
  Effect effect{object, "", false, {}, {}};
  Gains gains;
  const auto gained = [&](const Way& way, const std::string& what) {
    std::string who = name_of(transaction, way.actor);
    if (way.actor != way.as) who += " acting as " + name_of(transaction, way.as);
    gains.add(who + " " + what);
    if (transaction.accounts.find(way.actor)) effect.beneficiaries.insert(way.actor);
    if (const auto machine = transaction.accounts.find(way.as))
      effect.beneficiaries.insert(machine->owners.begin(), machine->owners.end());
  };
  for (const auto& [way, role] : after.acting) {
    const auto known = before.acting.find(way);
    if (known == before.acting.end() || known->second < role)
      gained(way, "as " + std::string(to_text(role)));
    else if (after.named.contains(way.as) && !before.named.contains(way.as) &&
             before.policy == after.policy)
      gained(way, "as approver");
  }
  const bool members_gain = gains.any();
  bool preapproved = false;
  for (const auto& [id, request] : after.preapproved) {
    if (before.preapproved.contains(id)) continue;
    preapproved = true;
    gains.add(preapproval_text(transaction, request));
    if (const auto account = transaction.accounts.find(request.beneficiary)) {
      effect.beneficiaries.insert(account->id);
      effect.beneficiaries.insert(account->owners.begin(), account->owners.end());
    }
  }
  effect.gains = gains.text();
  const bool frozen = before.state == SignerState::active && after.state == SignerState::frozen;
  const bool unfrozen = before.state != SignerState::active && after.state == SignerState::active;
  const bool modified = (after.policy && (!before.policy || loosens(*before.policy, *after.policy,
                                                                    transaction.now))) ||
                        freeze_less(before.freezes, after.freezes, transaction.now);
  effect.loosens = modified || unfrozen;
  if (members_gain) effect.takes.insert(ConsentFor::members);
  if (modified || preapproved) effect.takes.insert(ConsentFor::modify);
  if (unfrozen) effect.takes.insert(ConsentFor::unfreeze);
  // To freeze takes one person, where the policy does not say otherwise.
  if (frozen && before.quorums.contains(ConsentFor::freeze))
    effect.takes.insert(ConsentFor::freeze);
  return effect;
}

/// Why the object would be left without those it needs; nothing when it is not.
std::optional<Error> orphaned(SignerId id, const Standing& old, const Standing& now) {
  const auto admins_of = [&](const Standing& each) {
    return Consenters{each.admins, each.shared_admins, old.two_admins ? 2 : 1};
  };
  const std::string mend =
      "have its admin set a policy first, or freeze the signer with it: --force";
  if (admins_of(old).enough() && !admins_of(now).enough())
    return Error{ErrorKind::conflict, "last_admin",
                 old.name + " would be left with " + std::to_string(now.admins.size()) +
                     " of the " + std::to_string(admins_of(old).count) +
                     " admins that its changes take",
                 id == 0 ? "make another product admin first"
                         : "make another admin first, or freeze the signer with it: --force"};
  const bool new_policy = old.policy != now.policy;
  if (!now.steps_can_complete && (old.steps_can_complete || new_policy))
    return Error{ErrorKind::conflict, "step_unsatisfiable",
                 new_policy
                     ? "/policy/approval takes more distinct people than there are among the "
                       "approvers who may approve with " +
                           old.name
                     : "too few would be left who can complete the approval of " + old.name,
                 new_policy ? "name more approvers, or ask for fewer" : mend};
  for (const auto& [kind, consenters] : now.quorums) {
    const auto known = old.quorums.find(kind);
    const bool could = known != old.quorums.end() && known->second.enough();
    if (!consenters.enough() && (could || new_policy))
      return Error{ErrorKind::conflict, "quorum_unsatisfiable",
                   (new_policy ? "/policy/quorums/" + std::string(to_text(kind)) +
                                     " takes more people than there are for it, with "
                               : "too few would be left for the quorum \"" +
                                     std::string(to_text(kind)) + "\" of ") +
                       old.name,
                   new_policy ? "name more approvers, or ask for fewer" : mend};
  }
  return std::nullopt;
}

}  // namespace

Standings standings_of(Transaction& transaction, const std::vector<SignerId>& signers) {
  Standings all{{0, standing_of_product(transaction)}};
  for (const SignerId id : signers)
    if (const Signer* const signer = transaction.signers.find(id))
      all.emplace(id, standing_of(transaction, *signer));
  for (auto& [object, standing] : all)
    standing.two_admins =
        standing.admins.size() >= 2 || transaction.meta.get(two_admins_key(object)).has_value();
  return all;
}

std::vector<Effect> effects_between(Transaction& transaction, const Standings& before,
                                    const Standings& after) {
  std::vector<Effect> effects;
  for (const auto& [object, standing] : after) {
    const auto known = before.find(object);
    const Standing none;
    effects.push_back(effect_between(transaction, object,
                                     known == before.end() ? none : known->second, standing));
  }
  return effects;
}

std::vector<Orphan> orphaned_between(const Standings& before, const Standings& after) {
  std::vector<Orphan> orphans;
  for (const auto& [id, old] : before) {
    const Standing& now = after.at(id);
    if (auto error = orphaned(id, old, now)) orphans.push_back({id, std::move(*error)});
  }
  return orphans;
}

Consenters consenters_of(const Standing& standing, ConsentFor kind) {
  const auto quorum = standing.quorums.find(kind);
  if (quorum != standing.quorums.end()) return quorum->second;
  return {standing.admins, standing.shared_admins, standing.two_admins ? 2 : 1};
}

bool may_consent(Transaction& transaction, const Subject& subject, SignerId object,
                 ConsentFor kind) {
  if (subject.account.kind != AccountKind::user) return false;
  if (subject.account.state != AccountState::active) return false;
  if (object == 0) return subject.account.product_role == LayeredRole::product_admin;
  const Signer* const signer = transaction.signers.find(object);
  if (signer == nullptr) return false;
  const SigningPolicy* const policy = transaction.signers.current_policy(*signer);
  const SignerQuorum quorum =
      policy == nullptr ? SignerQuorum{} : policy->quorums.of(kind).value_or(SignerQuorum{});
  if (quorum.approvers.empty()) return may(transaction, subject, right::change_members, signer);
  return may(transaction, subject, right::approve, signer) &&
         is_named(transaction, subject, {"", quorum.approvers, quorum.count});
}

void keep_two_admins(Transaction& transaction, const Standings& standings) {
  for (const auto& [object, standing] : standings)
    if (standing.two_admins && !transaction.meta.get(two_admins_key(object)))
      transaction.meta.set(two_admins_key(object), "yes");
}

std::optional<PrincipalId> find_approver(Transaction& transaction, const std::string& name) {
  if (name.find(':') == name.npos) {
    const auto account = transaction.accounts.find(name);
    return account ? std::optional(account->id) : std::nullopt;
  }
  if (is_group_name(name)) {
    const auto group = transaction.groups.find(name.substr(group_mark.size()));
    return group ? std::optional(group->id) : std::nullopt;
  }
  const auto claim = transaction.claims.find(name);
  return claim && claim->active ? std::optional(claim->id) : std::nullopt;
}

std::optional<std::int64_t> people_among(Transaction& transaction, const Acting& acting,
                                         const std::set<PrincipalId>& named) {
  std::int64_t people = 0;
  for (const PrincipalId id : named) {
    if (!acting.contains({id, id})) continue;
    if (transaction.claims.find(id)) return std::nullopt;
    if (is_person(transaction, id)) ++people;
  }
  return people;
}

std::set<PrincipalId> named_in(Transaction& transaction, const ApprovalStep& step) {
  std::vector<PrincipalId> approvers;
  for (const std::string& name : step.approvers)
    if (const auto id = find_approver(transaction, name)) approvers.push_back(*id);
  return transaction.acting.within(approvers);
}

bool is_named(Transaction& transaction, const Subject& subject, const ApprovalStep& step) {
  return is_named(transaction.acting.approver_names(subject), step);
}

bool is_named(const std::set<std::string>& names, const ApprovalStep& step) {
  return std::ranges::any_of(step.approvers, [&](const std::string& name) {
    const bool claim = name.find(':') != name.npos && !is_group_name(name);
    return names.contains(claim ? name : fold_case(name));
  });
}

}  // namespace countersign
