// Which requests a caller may know of.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/transaction.h"

namespace countersign {

/// Narrows a list to what the caller may know of: the requests for signers that he sees, and as far
/// as strings give it his own, those that wait for his answer, or all.
std::optional<RequestFilter::Among> visible_requests(Transaction& transaction,
                                                     const Caller& caller);

/// The pending requests, by number, that are not the caller's and in some step of which he is
/// named, or somebody in whose place he answers.
std::vector<RequestId> requests_naming(Transaction& transaction, const Caller& caller);

/// The request of that number, if the caller may know of it, by the same queries whether there is
/// one or not. Errors: `not_found`.
Result<Request> visible_request(Transaction& transaction, const Caller& caller,
                                const std::string& reference);

}  // namespace countersign
