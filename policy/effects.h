// What a change does to who may do what: computed by looking at the store before and after it, and
// never declared, so that no operation can forget one.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/model/signer.h"
#include "policy/model/signing_policy.h"
#include "policy/transaction.h"

namespace countersign {

/// Whose consent something takes.
struct Consenters {
  std::set<AccountId> people;
  bool shared = false;  ///< whoever brings some claim is one, too
  std::int64_t count = 1;

  bool enough() const { return shared || static_cast<std::int64_t>(people.size()) >= count; }
};

/// Who may do what with one signer, or with the product, at one moment.
struct Standing {
  std::string name;  ///< of the signer, "the product"
  Acting acting;
  std::set<PrincipalId> named;  ///< accounts and claims that the policy's steps name
  std::set<AccountId> admins;   ///< people
  bool shared_admins = false;   ///< whoever brings some claim is an admin, too
  bool two_admins = false;      ///< consent takes two from now on
  SignerState state = SignerState::active;
  std::optional<SigningPolicy> policy;
  std::vector<FreezeWindow> freezes;         ///< of the product, from now on
  std::map<ConsentFor, Consenters> quorums;  ///< that the policy has of its own
  bool steps_can_complete = true;
  std::map<RequestId, Request> preapproved;  ///< leave to sign that is given beforehand
};

/// Of the signers, by number, and of the product as number 0. A signer that does not exist is left
/// out.
using Standings = std::map<SignerId, Standing>;
Standings standings_of(Transaction& transaction, const std::vector<SignerId>& signers);

/// What one signer, or the product, gives away.
struct Effect {
  SignerId object = 0;
  std::string gains;                  ///< who gains what, in words; "" for nobody
  bool loosens = false;               ///< its policy asks for less, or it may sign again
  std::set<AccountId> beneficiaries;  ///< people among those who gain
  std::set<ConsentFor> takes;         ///< the consent that it takes
};

/// Who acts anew or with a stronger role, who is named anew, and what is loosened.
std::vector<Effect> effects_between(Transaction& transaction, const Standings& before,
                                    const Standings& after);

/// A signer, or the product as number 0, that would be left without the admins that consent takes,
/// or whose step or quorum could be completed before and not after. Errors: `last_admin`,
/// `step_unsatisfiable`, `quorum_unsatisfiable`.
struct Orphan {
  SignerId object;
  Error error;
};
std::vector<Orphan> orphaned_between(const Standings& before, const Standings& after);

/// Whose consent it takes: the policy's quorum, or the admins: two as soon as there were two of
/// them once, one before.
Consenters consenters_of(const Standing& standing, ConsentFor kind);
/// Keeps for each that has two admins that it had.
void keep_two_admins(Transaction& transaction, const Standings& standings);

/// The accounts and claims that the approvers of a step stand for, those in groups included.
std::set<PrincipalId> named_in(Transaction& transaction, const ApprovalStep& step);
/// How many people, acting as themselves, are among those that a step names; nothing when whoever
/// brings some claim is among them, who may be as many as are needed.
std::optional<std::int64_t> people_among(Transaction& transaction, const Acting& acting,
                                         const std::set<PrincipalId>& named);
/// Whether `subject` is one of the approvers, or stands in a group that is.
bool is_named(Transaction& transaction, const Subject& subject, const ApprovalStep& step);
/// The same for one whose names are known, as ActingTable::approver_names() gives them.
bool is_named(const std::set<std::string>& names, const ApprovalStep& step);
/// Whether the subject is one of those whose consent it takes now, of a signer or of the product as
/// number 0.
bool may_consent(Transaction& transaction, const Subject& subject, SignerId object,
                 ConsentFor kind);
/// The account, group or claim that an approver's name stands for: "NAME", "group:NAME" or
/// "scheme:type:value".
std::optional<PrincipalId> find_approver(Transaction& transaction, const std::string& name);

}  // namespace countersign
