// Groups: made, filled and emptied. A group gives its members the roles with strings that it holds,
// and makes them members of the signers that it is a member of.
#pragma once

#include <string>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/model/role.h"
#include "policy/transaction.h"

namespace countersign {

// Each asks for "/security/modify/" through a role in the Global set, or of a product admin, and
// refuses what would give the caller or what he controls a string; what it gives on a signer is for
// submit() to look at. Errors of all of them:
// `needs_global_role`, `own_gain`, `not_enrolled`.

/// Errors: `bad_name`, `bad_text`, `name_taken` (by a group or an account).
Result<Group> create_group(Transaction& transaction, const Caller& caller, const std::string& name,
                           const std::string& description);
/// Errors: `not_found`, `bad_text`.
Result<Group> describe_group(Transaction& transaction, const Caller& caller,
                             const std::string& name, const std::string& description);
/// Empties the group and takes its roles. Errors: `not_found`, `is_member` (of a signer).
Result<Group> delete_group(Transaction& transaction, const Caller& caller, const std::string& name);

/// Puts an account, a group or a claim of type group into the group. Errors: `not_found`,
/// `not_a_group_claim`, `in_group` (already), `cycle` (it would stand within itself).
Result<Group> add_to_group(Transaction& transaction, const Caller& caller, const std::string& name,
                           const std::string& principal);
/// Errors: `not_found` (no such group, or not in it).
Result<Group> remove_from_group(Transaction& transaction, const Caller& caller,
                                const std::string& name, const std::string& principal);

}  // namespace countersign
