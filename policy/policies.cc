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

Status check_approvers(Transaction& transaction, const Signer& signer,
                       const SigningPolicy& policy) {
  for (std::size_t step = 0; step < policy.steps.size(); ++step)
    for (const std::string& name : policy.steps[step].approvers)
      if (const auto flaw = flaw_of(transaction, signer, name))
        return fail(ErrorKind::invalid, "bad_approver",
                    "/policy/approval/" + std::to_string(step) + "/approvers names " +
                        printable(name) + ", " + *flaw,
                    "run: countersign member add " + signer.name + " " + printable(name) +
                        " --role auditor");
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
  if (auto good = check_approvers(transaction, signer, policy); !good) return fail(good.error());
  const SigningPolicy* const current = transaction.signers.current_policy(signer);
  const bool loosening = current == nullptr || loosens(*current, policy);
  const SignerId id = signer.id;
  const PolicyNumber number = transaction.signers.set_policy(
      id, PolicyRevision{0, policy, caller.account.id, reason, transaction.now});
  const std::string ended =
      end_open_requests(transaction, id, RequestAction::new_policy, RequestAction::new_policy);
  record_change(transaction, caller, "policy.set", id, std::nullopt,
                {{"revision", std::to_string(number)},
                 {"policy", to_json(policy).dump()},
                 {"reason", reason},
                 {"ended", ended},
                 {"loosens", loosening ? "true" : "false"}});
  return {};
}

}  // namespace countersign
