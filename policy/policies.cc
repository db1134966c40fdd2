#include "policy/policies.h"

#include <nlohmann/json.hpp>

#include "core/text.h"
#include "policy/access.h"
#include "policy/effects.h"
#include "policy/requests.h"

namespace countersign {
namespace {

/// What is wrong with an approver; nothing when he may be named. A step names only members of the
/// signer, and only people: a machine cannot agree to anything. A group or a claim is to be a
/// member itself.
std::optional<std::string> flaw_of(Transaction& transaction, const Signer& signer,
                                   const std::string& name) {
  const auto id = find_approver(transaction, name);
  if (!id) return "who is nobody here";
  const auto account = transaction.accounts.find(*id);
  if (!account)
    return transaction.members.role(signer.id, *id)
               ? std::nullopt
               : std::optional<std::string>("which is no member of " + signer.name);
  if (account->kind == AccountKind::user && may(transaction, *account, right::approve, &signer))
    return std::nullopt;
  return "who is no person among the members of " + signer.name;
}

Status check_named(Transaction& transaction, const Signer& signer,
                   const std::vector<std::string>& approvers, const std::string& where) {
  for (const std::string& name : approvers)
    if (const auto flaw = flaw_of(transaction, signer, name))
      return fail(
          ErrorKind::invalid, "bad_approver",
          "/policy/" + where + " names " + printable(name) + ", " + *flaw,
          "run: countersign member add " + signer.name + " " + printable(name) + " --role auditor");
  return {};
}

Status check_approvers(Transaction& transaction, const Signer& signer,
                       const SigningPolicy& policy) {
  Status good;
  for (std::size_t step = 0; good && step < policy.steps.size(); ++step)
    good = check_named(transaction, signer, policy.steps[step].approvers,
                       "approval/" + std::to_string(step) + "/approvers");
  for (const ConsentFor kind : consent_kinds)
    if (const auto& quorum = policy.quorums.of(kind); good && quorum)
      good = check_named(transaction, signer, quorum->approvers,
                         "quorums/" + std::string(to_text(kind)) + "/approvers");
  if (good && policy.break_glass)
    good = check_named(transaction, signer, policy.break_glass->members, "break_glass/members");
  if (good && policy.break_glass)
    good = check_named(transaction, signer, policy.break_glass->reviewers, "break_glass/reviewers");
  return good;
}

tl::unexpected<Error> bad_field(const std::string& message, const std::string& remedy) {
  return fail(ErrorKind::invalid, "bad_field", "/policy/" + message, remedy);
}

/// Whether some digest can be signed with the key as far as `allowed` goes.
bool can_sign(const PublicKey& key, const AllowedAlgorithms& allowed) {
  if (key.type() == KeyType::ed25519)
    return allowed.allows(Scheme::ed25519) && allowed.allows(Hash::sha512);
  for (const Scheme scheme : {Scheme::rsa_pkcs1, Scheme::rsa_pss, Scheme::ecdsa})
    for (const Hash hash : {Hash::sha1, Hash::sha224, Hash::sha256, Hash::sha384, Hash::sha512}) {
      const SignatureAlgorithm algorithm{scheme, hash,
                                         scheme == Scheme::rsa_pss ? hash : Hash::none, 0};
      const SigningInput any{algorithm, Bytes(digest_size(hash), 1)};
      if (allowed.allows(scheme) && allowed.allows(hash) &&
          !unsuitable(any, key.type(), key.bits()))
        return true;
    }
  return false;
}

/// What a document cannot say by itself: whether this machine and the signer's key can keep to it.
Status check_satisfiable(const Signer& signer, const SigningPolicy& policy) {
  if (const auto& hours = policy.conditions.hours; hours && !is_time_zone(hours->zone))
    return bad_field("hours/zone names " + printable(hours->zone) + ", which is no time zone here",
                     "see: timedatectl list-timezones");
  if (!can_sign(signer.pinned, policy.algorithms))
    return bad_field(
        "algorithms and hashes allow nothing that the key of " + signer.name + " can sign",
        "it is of type " + std::string(to_text(signer.pinned.type())));
  return {};
}

}  // namespace

Status set_policy(Transaction& transaction, const Caller& caller, const Signer& signer,
                  const SigningPolicy& policy, const std::string& reason,
                  std::optional<PolicyNumber> before) {
  if (auto good = check_text("the reason", reason); !good) return fail(good.error());
  if (before && *before != signer.policy.value_or(0))
    return fail(ErrorKind::conflict, "policy_changed",
                "the policy of " + signer.name + " is at revision " +
                    std::to_string(signer.policy.value_or(0)) + " by now",
                "look at it with: countersign policy show " + signer.name);
  if (auto good = check_satisfiable(signer, policy); !good) return fail(good.error());
  if (auto good = check_approvers(transaction, signer, policy); !good) return fail(good.error());
  const SigningPolicy* const current = transaction.signers.current_policy(signer);
  const bool loosening = current == nullptr || loosens(*current, policy, transaction.now);
  const std::string changed = difference(current, policy).dump();
  const SignerId id = signer.id;
  const PolicyNumber number = transaction.signers.set_policy(
      id, PolicyRevision{0, policy, caller.account.id, reason, transaction.now});
  const std::string ended =
      end_open_requests(transaction, id, RequestAction::new_policy, RequestAction::new_policy);
  record_change(transaction, caller, "policy.set", id, std::nullopt,
                {{"revision", std::to_string(number)},
                 {"policy", to_json(policy).dump()},
                 {"difference", changed},
                 {"reason", reason},
                 {"ended", ended},
                 {"loosens", loosening ? "true" : "false"}});
  return {};
}

}  // namespace countersign
