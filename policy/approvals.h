// Who has agreed to a request, and whether that is enough: its steps, one after another.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/transaction.h"

namespace countersign {

/// How far a request has come with the steps of the policy that it was made under.
struct ApprovalProgress {
  /// Approvals that count, by step: of people who still are members and named in it, and whose the
  /// request is not by now. Who left no longer counts.
  std::vector<std::int64_t> valid;
  std::optional<std::size_t> step;  ///< the first that is not complete; nothing: all are

  bool complete() const { return !step; }
};

ApprovalProgress progress_of(Transaction& transaction, const Request& request);

struct Answer {
  bool approves = false;
  std::string comment = {};
  std::int64_t key = 0;        ///< number of the approval key that signed it; 0: not signed
  std::string signature = {};  ///< base64, over request_form() of the step, as X.509 has it
};

/// Answers the step that a pending request has come to, which must name the caller or somebody in
/// whose place he answers; the approval that completes the last step makes it active in the same
/// transaction. One person answers a request once, whatever steps name him and for whomever.
/// Errors: `not_pending`, `not_an_approver`, `own_request` (requester, beneficiary, or owner of a
/// machine that is), `answered_already`, `requester_lost_access`, `comment_missing` (a rejection),
/// `bad_text`; of an approval `step_up_needed`, `signature_missing` and `bad_signature` as the step
/// demands.
Result<Request> answer_request(Transaction& transaction, const Caller& caller, RequestId id,
                               const Answer& answer);

/// Whether the request waits for an answer that the caller may give now, himself or in another's
/// place.
bool waits_for(Transaction& transaction, const Caller& caller, const Request& request);

/// Who could answer the step that a pending request has come to in somebody's place now, and in
/// whose. By number.
std::vector<std::pair<AccountId, AccountId>> delegates_for(Transaction& transaction,
                                                           const Request& request);

/// Whether `subject` is one whom the step names, himself, and may approve with the signer.
bool may_answer_step(Transaction& transaction, const Subject& subject, const ApprovalStep& step,
                     const Signer* signer);

/// Whether whoever proved who he is at `proven` did so recently enough. Errors: `step_up_needed`.
Status check_token_age(const Transaction& transaction, const Caller& caller,
                       Milliseconds younger_than);

/// Ends, for good, the open requests for a signer of those who may not sign with it any more, and
/// those active ones whose approvals do not suffice any more: coming back revives nothing. Each is
/// recorded.
void end_requests_of_lost(Transaction& transaction, const Caller& caller, SignerId signer);

}  // namespace countersign
