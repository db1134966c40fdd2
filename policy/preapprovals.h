// Leave to sign that is given to another account beforehand, by the signer's modify quorum.
#pragma once

#include <string>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/requests.h"
#include "policy/transaction.h"

namespace countersign {

/// Makes an active request by which `beneficiary` may sign; the caller is its requester. `change`
/// is the one that was consented to; 0: it took nobody's consent. To be made by submit(), which
/// finds whose consent it takes. Errors: those of draft_request(), `not_found`, `not_a_signer`,
/// `own_request` (for the caller himself), `policy_changed` when `policy` is not the revision that
/// holds.
Result<Request> preapprove(Transaction& transaction, const Caller& caller, const Signer& signer,
                           const std::string& beneficiary, const NewRequest& wish,
                           PolicyNumber policy, std::int64_t change);

/// Whether those who agreed to a preapproval still count.
bool preapproval_holds(Transaction& transaction, const Request& request);

/// What is given to whom, in words.
std::string preapproval_text(Transaction& transaction, const Request& request);

}  // namespace countersign
