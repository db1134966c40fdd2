// Handing one's approvals to a colleague for a time.
#pragma once

#include <string>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/model/delegation.h"
#include "policy/transaction.h"

namespace countersign {

/// Lets `delegate`, a person, answer in the place of the caller, a person, between two times that
/// are at most 90 days apart. He must be able to approve with a signer himself to answer there, and
/// hands on nothing that he has by delegation. Errors: `bad_text`, `not_a_person`, `not_found`,
/// `bad_window`, `too_many_delegations` (20 that are not over).
Result<Delegation> create_delegation(Transaction& transaction, const Caller& caller,
                                     const std::string& delegate, Time from, Time until,
                                     const std::string& reason);

/// Ends one of the caller's, or one to him; anybody's for who may change accounts. Answers that
/// were given stay. Errors: `not_found`, `delegation_over`.
Result<Delegation> end_delegation(Transaction& transaction, const Caller& caller, DelegationId id);

}  // namespace countersign
