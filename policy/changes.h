// Every change of who may do what goes this way: made on trial and looked at (proposal.h), and then
// made at once, refused, or kept until those have agreed whose consent it takes.
#pragma once

#include <optional>
#include <string>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/model/change.h"
#include "policy/proposal.h"
#include "policy/transaction.h"

namespace countersign {

/// What became of it.
struct Submitted {
  std::optional<ChangeId> waiting;  ///< nothing: it was made
};

/// The caller must be allowed the operation. Whoever would act on a signer anew, or with a stronger
/// role, and a policy that asks for less take the consent of the signer's admins: of one, and of
/// two as soon as there were two of them; of the product's likewise. Members of an application that
/// he may only propose take one of its admins. The caller counts as one of
/// them where he is one and does not gain himself. Errors: those of the applier;
/// `needs_second_admin` (there are not enough who could consent), `last_admin`,
/// `step_unsatisfiable` (without `force`), `too_many_changes` (50 of the caller's wait).
Result<Submitted> submit(Transaction& transaction, const Caller& caller, const Proposal& proposal);

/// Consents to a change that waits, or rejects it; its requester withdraws it by rejecting. With
/// the last consent it is made, in this very transaction, unless it would do something else by now
/// or the requester may not ask for it any more: it is stale then. Errors: `not_found`,
/// `not_pending`, `own_change`, `not_an_approver`, `answered_already`, `comment_missing` (a
/// rejection), `bad_text`.
Result<ChangeRequest> answer_change(Transaction& transaction, const Caller& caller, ChangeId id,
                                    bool consents, const std::string& comment);

/// Whether the change waits for a consent that the caller may give now.
bool waits_for_consent(Transaction& transaction, const Caller& caller, const ChangeRequest& change);

/// Whether the caller may know of the change: his own, or of a signer or product that he sees.
bool may_see(Transaction& transaction, const Caller& caller, const ChangeRequest& change);

/// How many have consented to a part who count for it now.
std::int64_t consents_given(Transaction& transaction, const ChangeRequest& change,
                            const ChangePart& part);

}  // namespace countersign
