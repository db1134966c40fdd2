// Requests to use a key: asked for, answered, ended.
#pragma once

#include <optional>
#include <string>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/transaction.h"

namespace countersign {

struct NewRequest {
  std::string reason;
  std::optional<std::int64_t> count;   ///< left out: the policy's ceiling
  std::optional<Milliseconds> window;  ///< likewise
};

/// Files a request. Errors: `bad_text`, `no_policy`, `no_approval_needed`, `above_ceiling` (names
/// the ceiling), `too_many_requests` (20 open ones of this caller for this signer).
Result<Request> create_request(Transaction& transaction, const Caller& caller, const Signer& signer,
                               const NewRequest& wish);

/// Answers a pending request whose step names the caller; the approval that completes the step
/// makes it active in the same transaction. Errors: `not_pending`, `not_an_approver`,
/// `own_request` (requester, or owner of the requesting machine), `answered_already`,
/// `requester_lost_access`, `comment_missing` (a rejection), `bad_text`.
Result<Request> answer_request(Transaction& transaction, const Caller& caller, RequestId id,
                               bool approves, const std::string& comment);

/// Withdraws the caller's own pending request. Errors: `not_pending`, `not_allowed`, `bad_text`.
Result<Request> cancel_request(Transaction& transaction, const Caller& caller, RequestId id,
                               const std::string& comment);

/// Ends anybody's pending request. Errors: `not_pending`, `comment_missing`, `bad_text`.
Result<Request> end_request(Transaction& transaction, const Caller& caller, RequestId id,
                            const std::string& comment);

/// Ends an active request. Errors: `not_active`, `comment_missing`, `bad_text`.
Result<Request> revoke_request(Transaction& transaction, const Caller& caller, RequestId id,
                               const std::string& comment);

/// Ends, for good, the open requests for a signer of those who may not sign with it any more:
/// coming back revives nothing. Each is recorded.
void end_requests_of_lost(Transaction& transaction, const Caller& caller, SignerId signer);

/// Ends every pending and active request for a signer by these two actions. Returns their numbers,
/// separated by commas, for the record of the change that ends them.
std::string end_open_requests(Transaction& transaction, SignerId signer, RequestAction pending,
                              RequestAction active);

}  // namespace countersign
