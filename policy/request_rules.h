// What all that is done to requests has in common.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/transaction.h"

namespace countersign {

/// The request, if it is in the state `wanted` now. Errors: `not_found`, and `code` (conflict) when
/// it is in another.
Result<Request> find_in_state(Transaction& transaction, RequestId id, RequestState wanted,
                              const char* code);

/// Errors: `bad_text`, and `comment_missing` when it is empty and `needed`.
Status check_comment(const std::string& comment, bool needed);

/// Whether one more of the requester's requests may be active now. Errors: `too_many_active`, which
/// names the ceiling.
Status check_active(Transaction& transaction, SignerId signer, AccountId requester,
                    const Ceilings& ceilings);

/// Records what `operation` did to the request, and its state afterwards.
void record_request(Transaction& transaction, const Caller& caller, const Request& request,
                    const char* operation,
                    std::vector<std::pair<std::string, std::string>> data = {});

/// The data of a record that has a comment if there is one.
std::vector<std::pair<std::string, std::string>> with_comment(const std::string& comment);

}  // namespace countersign
