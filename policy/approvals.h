// Who has agreed to a request, and whether that is enough: its steps, one after another.
#pragma once

#include <optional>
#include <string>
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

/// Answers the step that a pending request has come to, which must name the caller; the approval
/// that completes the last step makes it active in the same transaction. One person answers a
/// request once, whatever steps name him. Errors: `not_pending`, `not_an_approver`, `own_request`
/// (requester, or owner of the requesting machine), `answered_already`, `requester_lost_access`,
/// `comment_missing` (a rejection), `bad_text`.
Result<Request> answer_request(Transaction& transaction, const Caller& caller, RequestId id,
                               bool approves, const std::string& comment);

/// Ends, for good, the open requests for a signer of those who may not sign with it any more, and
/// those active ones whose approvals do not suffice any more: coming back revives nothing. Each is
/// recorded.
void end_requests_of_lost(Transaction& transaction, const Caller& caller, SignerId signer);

}  // namespace countersign
