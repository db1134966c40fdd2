// What is said of a request besides answers: comments, and reminders to those who are to answer.
#pragma once

#include <string>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/transaction.h"

namespace countersign {

/// Adds a comment of the caller, who may see the request. Errors: `not_found`, `bad_text`,
/// `too_many_comments` (200).
Result<Request> comment_request(Transaction& transaction, const Caller& caller, RequestId id,
                                const std::string& text);

/// Has those told again who are to answer the caller's own pending request: once in 15 minutes.
/// Errors: `not_found`, `not_pending`, `not_allowed`, `reminded_lately`.
Result<Request> remind_approvers(Transaction& transaction, const Caller& caller, RequestId id);

}  // namespace countersign
