// The canonical form of a request: what an approver signs.
#pragma once

#include <string>

#include "policy/model/approval_step.h"
#include "policy/transaction.h"

namespace countersign {

/// One line of JSON with sorted keys and no spaces that says everything an approval of `step`
/// agrees to; the same request gives the same bytes for ever. Digests are in it as the SHA-256 over
/// their list, as the record of the request has it.
std::string request_form(Transaction& transaction, const Request& request,
                         const ApprovalStep& step);

/// The SHA-256, in hex, over lines "DIGEST TIMES NAME" in the order of the digests.
std::string hash_of_digests(std::vector<BoundDigest> digests);

}  // namespace countersign
