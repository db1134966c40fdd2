// Permission sets, which cap the roles in them: made and changed.
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

/// Errors: `bad_name`, `name_taken`, `bad_text`, those of read_role_strings().
Result<PermissionSet> create_permission_set(Transaction& transaction, const Caller& caller,
                                            const RoleWish& wish);
/// Replaces the description and all strings. Errors: `not_found`, `global_set`, `role_outside_set`
/// (a role in it holds more than would be left), and as above.
Result<PermissionSet> change_permission_set(Transaction& transaction, const Caller& caller,
                                            const RoleWish& wish);
/// Errors: `not_found`, `global_set`, `set_in_use` (roles are in it).
Result<PermissionSet> delete_permission_set(Transaction& transaction, const Caller& caller,
                                            const std::string& name);

}  // namespace countersign
