// The keys with which people sign their approvals: registered beforehand, checked, taken away.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/model/approval_key.h"
#include "policy/model/approval_step.h"
#include "policy/transaction.h"

namespace countersign {

/// Registers a key of the caller, who is a person, for requests made from now on. Errors:
/// `not_a_person`, `bad_text`, `bad_key`, `key_known` (he has it already), `too_many_keys` (20).
Result<ApprovalKey> add_approval_key(Transaction& transaction, const Caller& caller,
                                     const std::string& label, ByteView public_key);

/// Takes away a key of the caller, or anybody's for who may change accounts; what it signed stays.
/// Errors: `not_found`, `already_removed`.
Result<ApprovalKey> remove_approval_key(Transaction& transaction, const Caller& caller,
                                        std::int64_t id);

/// Whether the caller's key, registered before the request was made, signed request_form() of the
/// step. Errors: `bad_signature`.
Status check_approval_signature(Transaction& transaction, const Caller& caller,
                                const Request& request, const ApprovalStep& step, std::int64_t key,
                                const std::string& signature);

}  // namespace countersign
