#include "policy/members.h"

#include <algorithm>

#include "core/text.h"
#include "policy/access.h"
#include "policy/effects.h"
#include "policy/role_rules.h"

namespace countersign {
namespace {

/// A group that a step or a quorum names has to be a member itself, so that what it gets is looked
/// at.
bool named_in_policy(Transaction& transaction, const Signer& signer, PrincipalId principal) {
  const SigningPolicy* const policy = transaction.signers.current_policy(signer);
  if (policy == nullptr) return false;
  const auto names = [&](const std::vector<std::string>& approvers) {
    return std::ranges::any_of(approvers, [&](const std::string& name) {
      return find_approver(transaction, name) == principal;
    });
  };
  return std::ranges::any_of(policy->steps, names, &ApprovalStep::approvers) ||
         std::ranges::any_of(policy->quorums.by_kind, [&](const auto& quorum) {
           return quorum && names(quorum->approvers);
         });
}

std::string role_text(std::optional<LayeredRole> role) {
  return role ? std::string(to_text(*role)) : "none";
}

}  // namespace

Status set_member(Transaction& transaction, const Caller& caller, const Signer& signer,
                  const std::string& principal, LayeredRole role) {
  const auto found = find_principal(transaction, principal);
  if (!found) return fail(found.error());
  const auto account = transaction.accounts.find(*found);
  if (account && account->state != AccountState::active) return no_such("account");
  const auto before = transaction.members.role(signer.id, *found);
  if (before == role)
    return fail(
        ErrorKind::conflict, "is_member",
        printable(principal) + " is " + role_text(role) + " of " + signer.name + " already");
  const SignerId id = signer.id;
  transaction.members.set(id, *found, role);
  record_change(transaction, caller, "member.add", id, std::nullopt,
                {{"principal", std::to_string(*found)},
                 {"role", role_text(role)},
                 {"before", role_text(before)},
                 {"loosens", !before || role > *before ? "true" : "false"}});
  return {};
}

Status remove_member(Transaction& transaction, const Caller& caller, const Signer& signer,
                     const std::string& principal, bool forced) {
  const auto found = find_principal(transaction, principal);
  const auto role =
      found ? transaction.members.role(signer.id, *found) : std::optional<LayeredRole>();
  if (!role) return no_such("member");
  if (!forced && named_in_policy(transaction, signer, *found))
    return fail(ErrorKind::conflict, "named_in_policy",
                "the policy of " + signer.name + " names " + printable(principal) + " as approver",
                "set a policy without it first, or freeze the signer if it loses those it needs: "
                "--force");
  const SignerId id = signer.id;
  transaction.members.remove(id, *found);
  record_change(transaction, caller, "member.remove", id, std::nullopt,
                {{"principal", std::to_string(*found)}, {"role", role_text(role)}});
  return {};
}

}  // namespace countersign
