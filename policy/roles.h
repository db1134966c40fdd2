// Security roles and permission sets: made, changed, given and taken.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/model/role.h"
#include "policy/transaction.h"

namespace countersign {

/// What a role or a set is to be.
struct RoleWish {
  std::string name;
  std::string description;
  std::string permission_set;  ///< name of the role's set
  std::vector<std::string> strings;
};

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

/// Whether the caller may change who holds what: by a role in the Global set, or as product admin.
/// Errors: `needs_global_role`.
Status check_holds_globally(Transaction& transaction, const Caller& caller);

/// The account or group of that name; they share one space of names. Errors: `not_found`.
Result<std::int64_t> find_principal(Transaction& transaction, const std::string& name);

/// Errors: `name_taken`, when an account or group has it.
Status check_principal_name_is_free(Transaction& transaction, const std::string& name);

}  // namespace countersign
