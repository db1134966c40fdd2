// What all that is done to requests has in common.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/transaction.h"

namespace countersign {

/// The request, if `action` leads on from the state it is in now and the caller is the one whom the
/// table of its life lets do it. An approver is looked at by answer_request(), which knows the
/// step. Errors: `not_found`, `not_pending` or `not_active`, `not_allowed`.
Result<Request> find_for(Transaction& transaction, const Caller& caller, RequestId id,
                         RequestAction action);

/// Of the requester or beneficiary himself, or of a machine of theirs that is or was his.
bool is_own(Transaction& transaction, AccountId account, const Request& request);

/// The policy that the request was made under.
const SigningPolicy& policy_of(Transaction& transaction, const Request& request);

/// Errors: `bad_text`, and `comment_missing` when it is empty and `needed`.
Status check_comment(const std::string& comment, bool needed);

/// Whether one more of the requests by which `beneficiary` signs may be active now. Errors:
/// `too_many_active`, which names the ceiling.
Status check_active(Transaction& transaction, SignerId signer, AccountId beneficiary,
                    const Ceilings& ceilings);

/// Records what `operation` did to the request, and its state afterwards.
void record_request(Transaction& transaction, const Caller& caller, const Request& request,
                    const char* operation,
                    std::vector<std::pair<std::string, std::string>> data = {});

/// The data of a record that has a comment if there is one.
std::vector<std::pair<std::string, std::string>> with_comment(const std::string& comment);

}  // namespace countersign
