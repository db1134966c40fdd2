#include "policy/proposal.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "policy/access.h"
#include "policy/application_proposals.h"
#include "policy/appliers.h"
#include "policy/approvals.h"
#include "policy/declaration_apply.h"
#include "policy/effects.h"
#include "policy/requests.h"

namespace countersign {
namespace {

/// Makes it, telling its applier by whose consent.
Status apply(Transaction& transaction, const Caller& caller, const Proposal& proposal) {
  auto arguments = arguments_of(proposal);
  if (proposal.change != 0) arguments["change"] = proposal.change;
  return applier_of(proposal.operation)(transaction, caller, arguments);
}

/// The signers that a proposal is about, each with the operation that is.
std::vector<std::pair<std::string, SignerId>> signers_of(Transaction& transaction,
                                                         const Proposal& proposal) {
  if (proposal.operation == "declaration.apply")
    return signers_changed(transaction, arguments_of(proposal));
  if (!proposal.signer) return {};
  return {{proposal.operation, *proposal.signer}};
}

/// Whether the caller holds the right itself, and not only that to propose. What strings give, and
/// not membership, they give themselves.
bool acts_directly(Transaction& transaction, const Caller& caller, const std::string& name,
                   SignerId id) {
  const Signer* const signer = transaction.signers.find(id);
  const auto by_membership = [](std::string_view asked) {
    return !asked.empty() && find_entry(asked)->by_membership;
  };
  const auto& asks = operation(name).asks;
  return std::ranges::none_of(asks, by_membership) ||
         std::ranges::any_of(asks, [&](std::string_view asked) {
           return by_membership(asked) && may(transaction, caller, asked, signer);
         });
}

/// Of each signer, the consents that are asked for because the caller may only propose.
std::map<SignerId, std::set<ConsentFor>> only_proposed(Transaction& transaction,
                                                       const Caller& caller,
                                                       const Proposal& proposal) {
  std::map<SignerId, std::set<ConsentFor>> proposed;
  for (const auto& [name, id] : signers_of(transaction, proposal))
    if (!acts_directly(transaction, caller, name, id))
      proposed[id].insert(name == "policy.set" ? ConsentFor::modify : ConsentFor::members);
  return proposed;
}

tl::unexpected<Error> too_few(const Standing& standing, std::int64_t needed) {
  return fail(
      ErrorKind::denied, "needs_second_admin",
      "this takes the consent of " + std::to_string(needed) + " more admin" +
          (needed == 1 ? "" : "s") + " of " + standing.name +
          ", or of those its policy names, who gain nothing by it, and there are not so many",
      "have another admin made first, or another person do it");
}

/// Those who could consent: not who asks, not who owns the machine that asks, not who gains.
std::set<AccountId> who_could(const Consenters& consenters, const Account& requester,
                              const std::set<AccountId>& beneficiaries) {
  std::set<AccountId> people;
  for (const AccountId id : consenters.people)
    if (id != requester.id && !requester.is_owned_by(id) && !beneficiaries.contains(id))
      people.insert(id);
  return people;
}

/// How many others have to consent; the caller counts as one where he may consent, and not alone
/// where he gains.
Result<std::int64_t> others_needed(Transaction& transaction, const Caller& caller, SignerId object,
                                   const Standing& standing, ConsentFor kind,
                                   const std::set<AccountId>& beneficiaries) {
  const Consenters consenters = consenters_of(standing, kind);
  std::int64_t others = consenters.count;
  if (may_consent(transaction, caller, object, kind)) --others;
  if (beneficiaries.contains(caller.account.id)) others = std::max<std::int64_t>(others, 1);
  const auto people = who_could(consenters, caller.account, beneficiaries);
  if (!consenters.shared && static_cast<std::int64_t>(people.size()) < others)
    return too_few(standing, others);
  return others;
}

/// Of a new signer's first admins: whether one is the caller, or somebody for whom he vouched.
struct FirstAdmins {
  bool himself = false;
  bool vouched = false;
};

FirstAdmins first_admins(Transaction& transaction, const Caller& caller, const Effect& effect) {
  const auto vouched = transaction.accounts.vouched_by(caller.account.id);
  FirstAdmins found{effect.beneficiaries.contains(caller.account.id), false};
  for (const AccountId id : vouched) found.vouched |= effect.beneficiaries.contains(id);
  return found;
}

/// Adds the part of one kind of consent, if it takes others than the caller.
Status add_part(Transaction& transaction, const Caller& caller, SignerId object,
                const Standing& standing, ConsentFor kind, const std::set<AccountId>& beneficiaries,
                Evaluation& evaluation) {
  const auto others = others_needed(transaction, caller, object, standing, kind, beneficiaries);
  if (!others) return fail(others.error());
  if (*others > 0) evaluation.parts.push_back({object, *others, kind});
  return {};
}

/// Adds what is to be said of an effect.
void tell(const Effect& effect, const std::string& name, Evaluation& evaluation) {
  const auto add = [&](const std::string& text) {
    evaluation.effect += (evaluation.effect.empty() ? "" : "; ") + text;
  };
  if (!effect.gains.empty()) add(name + ": " + effect.gains);
  if (effect.loosens) add(name + " is loosened");
  if (effect.takes.contains(ConsentFor::freeze)) add(name + " is frozen");
}

/// Adds the parts that an effect takes, if it takes any. Of a new signer's it is the product's
/// admins who consent, where the caller or somebody for whom he vouched is one of its admins.
Status add_parts(Transaction& transaction, const Caller& caller, const Standings& before,
                 const Effect& effect, const std::set<ConsentFor>& asked_for,
                 Evaluation& evaluation) {
  const auto known = before.find(effect.object);
  const bool created = known == before.end();
  SignerId object = effect.object;
  std::set<AccountId> beneficiaries = effect.beneficiaries;
  std::set<ConsentFor> takes = effect.takes;
  if (created) {
    const FirstAdmins first = first_admins(transaction, caller, effect);
    if (!first.himself && !first.vouched) return {};
    object = 0;
    takes = {ConsentFor::members};
    beneficiaries.clear();
    if (first.himself) beneficiaries.insert(caller.account.id);
  } else {
    takes.insert(asked_for.begin(), asked_for.end());
  }
  const std::size_t parts = evaluation.parts.size();
  const Standing& standing = created ? before.at(0) : known->second;
  for (const ConsentFor kind : takes)
    if (auto good =
            add_part(transaction, caller, object, standing, kind, beneficiaries, evaluation);
        !good)
      return good;
  if (!takes.empty()) tell(effect, created ? "a new signer" : standing.name, evaluation);
  if (evaluation.parts.size() > parts)
    evaluation.beneficiaries.insert(evaluation.beneficiaries.end(), beneficiaries.begin(),
                                    beneficiaries.end());
  return {};
}

/// Adds what the caller may only propose to the admins of applications, of whom one consents.
void add_application_parts(Transaction& transaction, const Caller& caller, const Proposal& proposal,
                           Evaluation& evaluation) {
  for (const ApplicationProposal& each :
       application_proposals(transaction, caller, proposal.operation, arguments_of(proposal))) {
    evaluation.parts.push_back({0, 1, ConsentFor::members, each.application});
    evaluation.effect += (evaluation.effect.empty() ? "" : "; ") + each.effect;
  }
}

/// What would be orphaned is frozen instead, where the caller says so and may freeze it.
Status check_orphans(Transaction& transaction, const Caller& caller, const Proposal& proposal,
                     const Standings& before, const Standings& after, Evaluation& evaluation) {
  for (const Orphan& each : orphaned_between(before, after)) {
    const Signer* const signer = transaction.signers.find(each.object);
    if (!proposal.force || signer == nullptr || !may(transaction, caller, right::freeze, signer))
      return fail(each.error);
    evaluation.to_freeze.push_back(each.object);
  }
  return {};
}

std::vector<SignerId> signers_reached(Transaction& transaction, const Proposal& proposal,
                                      const Touched& touched) {
  std::set<SignerId> all(touched.signers.begin(), touched.signers.end());
  const auto around = transaction.acting.signers_around(touched.principals);
  all.insert(around.begin(), around.end());
  for (const auto& [name, id] : signers_of(transaction, proposal)) all.insert(id);
  return {all.begin(), all.end()};
}

}  // namespace

Proposal::Proposal(std::string name, const nlohmann::json& values, std::optional<SignerId> about,
                   bool forced)
    : operation(std::move(name)), arguments(values.dump()), signer(about), force(forced) {}

nlohmann::json arguments_of(const Proposal& proposal) {
  return nlohmann::json::parse(proposal.arguments);
}

/// What leads up from a touched principal is the same before and after, since both ends of every
/// link that comes or goes are touched.
Result<Evaluation> evaluate(Transaction& transaction, const Caller& caller,
                            const Proposal& proposal) {
  transaction.trial.begin();
  const Status made = apply(transaction, caller, proposal);
  Evaluation evaluation;
  evaluation.signers = signers_reached(transaction, proposal, transaction.trial.touched());
  const Standings after = standings_of(transaction, evaluation.signers);
  std::vector<Effect> effects;
  transaction.trial.undo();
  if (!made) return fail(made.error());
  const Standings before = standings_of(transaction, evaluation.signers);
  if (auto good = check_orphans(transaction, caller, proposal, before, after, evaluation); !good)
    return fail(good.error());
  const auto proposed = only_proposed(transaction, caller, proposal);
  const std::set<ConsentFor> none;
  for (const Effect& each : effects_between(transaction, before, after)) {
    const auto asked_for = proposed.find(each.object);
    if (auto good = add_parts(transaction, caller, before, each,
                              asked_for == proposed.end() ? none : asked_for->second, evaluation);
        !good)
      return fail(good.error());
  }
  add_application_parts(transaction, caller, proposal, evaluation);
  return evaluation;
}

Status make(Transaction& transaction, const Caller& caller, const Proposal& proposal,
            const Evaluation& evaluation) {
  transaction.trial.begin();
  Status made = apply(transaction, caller, proposal);
  if (!made) {
    transaction.trial.undo();
    return made;
  }
  for (const SignerId id : evaluation.to_freeze) {
    const std::string reason = "forced: " + proposal.operation + " left it without those it needs";
    transaction.signers.set_state(id, SignerState::frozen, reason);
    record_change(transaction, caller, "signer.freeze", id, std::nullopt, {{"reason", reason}});
  }
  for (const SignerId id : evaluation.signers) end_requests_of_lost(transaction, caller, id);
  keep_two_admins(transaction, standings_of(transaction, evaluation.signers));
  if (!evaluation.effect.empty())
    record_change(transaction, caller, "change.effect", proposal.signer, std::nullopt,
                  {{"of", proposal.operation}, {"effect", evaluation.effect}});
  transaction.trial.keep();
  return {};
}

}  // namespace countersign
