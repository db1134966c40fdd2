// Who is a member of a signer: accounts, groups and claims.
#pragma once

#include <string>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/transaction.h"

namespace countersign {

// These make the change and record it; whose consent it takes is for submit() to say.

/// Makes an account, a group or a claim a member, or gives a member another role. Errors:
/// `not_found` (no such principal, or a disabled account), `is_member` (with that role already).
Status set_member(Transaction& transaction, const Caller& caller, const Signer& signer,
                  const std::string& principal, LayeredRole role);

/// Ends a membership. Errors: `not_found`, `named_in_policy` (the current policy's step names the
/// principal, and it is not forced: the policy then names somebody who is nobody there).
Status remove_member(Transaction& transaction, const Caller& caller, const Signer& signer,
                     const std::string& principal, bool forced);

}  // namespace countersign
