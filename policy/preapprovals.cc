#include "policy/preapprovals.h"

#include <algorithm>

#include "core/duration.h"
#include "policy/access.h"
#include "policy/changes.h"
#include "policy/effects.h"
#include "policy/request_form.h"

namespace countersign {

Result<Request> preapprove(Transaction& transaction, const Caller& caller, const Signer& signer,
                           const std::string& beneficiary, const NewRequest& wish,
                           PolicyNumber policy, std::int64_t change) {
  if (policy != signer.policy.value_or(0))
    return fail(ErrorKind::conflict, "policy_changed",
                "the policy of " + signer.name + " has changed meanwhile", "ask again");
  const auto account = transaction.accounts.find(beneficiary);
  if (!account) return no_such("account");
  if (account->id == caller.account.id)
    return fail(ErrorKind::denied, "own_request", "nobody approves beforehand for himself",
                "ask another admin of the signer");
  if (!may(transaction, *account, right::sign, &signer))
    return fail(ErrorKind::invalid, "not_a_signer",
                account->name + " may not sign with " + signer.name,
                "make the account an operator first: countersign member add " + signer.name + " " +
                    account->name + " --role operator");
  auto draft = draft_request(transaction, caller, *account, signer, wish);
  if (!draft) return draft;
  draft->kind = RequestKind::preapproval;
  draft->change = change;
  return add_request(transaction, caller, std::move(*draft), wish.digests,
                     RequestAction::preapprove, "request.preapprove");
}

bool preapproval_holds(Transaction& transaction, const Request& request) {
  const auto requester = transaction.accounts.find(request.requester);
  const auto claims = transaction.claims.still_there(request.claims);
  if (!may(transaction, Subject(*requester, claims), right::pre_approve,
           transaction.signers.find(request.signer)))
    return false;
  if (request.change == 0)
    return may_consent(transaction, Subject(*requester, claims), request.signer,
                       ConsentFor::modify);
  const auto change = transaction.changes.find(request.change);
  return change && std::ranges::all_of(change->parts, [&](const ChangePart& part) {
           return consents_given(transaction, *change, part) >= part.needs;
         });
}

std::string preapproval_text(Transaction& transaction, const Request& request) {
  std::string text = transaction.accounts.name_of(request.beneficiary) + " may sign " +
                     std::to_string(request.count) + " times within " + to_text(request.window);
  if (request.starts) text += " from " + to_rfc3339(*request.starts) + " on";
  if (request.bound)
    text += ", the digests of the list with SHA-256 " +
            hash_of_digests(transaction.requests.digests(request.id, "",
                                                         std::numeric_limits<std::int64_t>::max()));
  return text + ", without further approval: " + request.reason;
}

}  // namespace countersign
