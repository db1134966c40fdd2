// Security roles: made, changed, given and taken.
#pragma once

#include <string>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/model/role.h"
#include "policy/role_rules.h"
#include "policy/transaction.h"

namespace countersign {

// Each asks for "/security/modify/" through a role in the Global set, or of a product admin, and
// refuses what would give the caller or what he controls a string (keep_unless_own_gain()). Errors
// of all of them: `needs_global_role`, `own_gain`, `not_enrolled`.

/// Errors: `bad_name`, `name_taken`, `bad_text`, `no_such_set`, those of read_role_strings().
Result<Role> create_role(Transaction& transaction, const Caller& caller, const RoleWish& wish);
/// Replaces the description, the set and all strings. Errors: `not_found`, and as above.
Result<Role> change_role(Transaction& transaction, const Caller& caller, const RoleWish& wish);
/// Takes the role from all that hold it. Errors: `not_found`.
Result<Role> delete_role(Transaction& transaction, const Caller& caller, const std::string& name);

/// Gives the role to an account or group. Errors: `not_found`, `holds_role` (already).
Result<Role> grant_role(Transaction& transaction, const Caller& caller, const std::string& role,
                        const std::string& principal);
/// Errors: `not_found` (no such role, or not held).
Result<Role> revoke_role(Transaction& transaction, const Caller& caller, const std::string& role,
                         const std::string& principal);

}  // namespace countersign
