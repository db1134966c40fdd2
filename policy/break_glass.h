// Signing in an emergency: at once, by those whom the policy names for it, and reviewed afterwards.
#pragma once

#include <string>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/requests.h"
#include "policy/transaction.h"

namespace countersign {

/// Makes an active request for the caller, within what the policy lets an emergency cover. Errors:
/// those of draft_request(), `no_break_glass`, `not_named`, `step_up_needed`, `above_ceiling`,
/// `review_overdue` (an earlier one was not reviewed in time), `emergency_lasts` (his own has a
/// window that is not over, and nobody has reviewed it).
Result<Request> break_glass(Transaction& transaction, const Caller& caller, const Signer& signer,
                            const NewRequest& wish);

/// Says that the caller looked at what was done in an emergency. Errors: `not_found`, `no_review`
/// (it takes none), `own_request`, `not_a_reviewer`, `reviewed_already`, `comment_missing`,
/// `bad_text`.
Result<Request> review_request(Transaction& transaction, const Caller& caller, RequestId id,
                               const std::string& comment);

/// Whether an emergency waits for a review that the caller may give.
bool waits_for_review(Transaction& transaction, const Caller& caller, const Request& request);

/// Whether the requester is still named for emergencies by the policy that he signs under.
bool may_break_glass(Transaction& transaction, const Request& request);

}  // namespace countersign
