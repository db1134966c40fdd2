#include "policy/members.h"

#include <algorithm>

#include "core/text.h"
#include "policy/access.h"
#include "policy/requests.h"

namespace countersign {
namespace {

bool named_in_policy(Transaction& transaction, const Signer& signer, const Account& account) {
  const SigningPolicy* const policy = transaction.signers.current_policy(signer);
  return policy != nullptr && std::ranges::any_of(policy->steps, [&](const ApprovalStep& step) {
           return step.names(account.name);
         });
}

tl::unexpected<Error> last_admin(const Signer& signer) {
  return fail(ErrorKind::conflict, "last_admin", "the account is the only admin of " + signer.name,
              "a signer always keeps an admin");
}

}  // namespace

Result<Member> add_member(Transaction& transaction, const Caller& caller, const Signer& signer,
                          const std::string& account, LayeredRole role) {
  const auto found = transaction.accounts.find(account);
  if (!found || found->state != AccountState::active) return no_such("account");
  const auto before = transaction.members.role(signer.id, found->id);
  if (before == role)
    return fail(
        ErrorKind::conflict, "is_member",
        found->name + " is " + std::string(to_text(role)) + " of " + signer.name + " already");
  if (before == LayeredRole::signer_admin) return last_admin(signer);
  if (role == LayeredRole::signer_admin)
    return fail(ErrorKind::denied, "needs_second_admin",
                "a second admin of a signer needs the consent of two",
                "this version keeps one admin a signer; use the roles operator or auditor");
  if (found->is_owned_by(caller.account.id))
    return fail(ErrorKind::denied, "own_machine",
                found->name + " is your own machine: that would give yourself a role",
                "have the machine owned by somebody else");
  transaction.members.set(signer.id, found->id, role);
  // Who may not sign any more loses his requests for good: coming back revives nothing.
  std::string ended;
  if (!may(transaction, *found, right::sign, &signer))
    ended = end_open_requests(transaction, signer.id, found->id, RequestAction::cancel,
                              RequestAction::revoke);
  record_change(transaction, caller, "member.add", signer.id, std::nullopt,
                {{"account", std::to_string(found->id)},
                 {"role", std::string(to_text(role))},
                 {"before", before ? std::string(to_text(*before)) : "none"},
                 {"ended", ended},
                 {"loosens", !before || role > *before ? "true" : "false"}});
  return Member{*found, role};
}

Result<Member> remove_member(Transaction& transaction, const Caller& caller, const Signer& signer,
                             const std::string& account) {
  const auto found = transaction.accounts.find(account);
  const auto role =
      found ? transaction.members.role(signer.id, found->id) : std::optional<LayeredRole>();
  if (!role) return no_such("member");
  if (*role == LayeredRole::signer_admin) return last_admin(signer);
  if (named_in_policy(transaction, signer, *found))
    return fail(ErrorKind::conflict, "named_in_policy",
                "the policy of " + signer.name + " names " + found->name + " as approver",
                "set a policy without that account first");
  transaction.members.remove(signer.id, found->id);
  const std::string ended = end_open_requests(transaction, signer.id, found->id,
                                              RequestAction::cancel, RequestAction::revoke);
  record_change(transaction, caller, "member.remove", signer.id, std::nullopt,
                {{"account", std::to_string(found->id)},
                 {"role", std::string(to_text(*role))},
                 {"ended", ended}});
  return Member{*found, *role};
}

}  // namespace countersign
