// What roles, permission sets and groups have in common: who may change them, and their names.
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

/// Whether the caller may change who holds what: by a role in the Global set, or as product admin.
/// Errors: `needs_global_role`.
Status check_holds_globally(Transaction& transaction, const Caller& caller);

/// The account or group of that name, which share one space of names, or the claim
/// "scheme:type:value". Errors: `not_found`.
Result<PrincipalId> find_principal(Transaction& transaction, const std::string& name);

/// Errors: `name_taken`, when a group has it, or an account, were it deleted.
Status check_principal_name_is_free(Transaction& transaction, const std::string& name);

/// Who decides about its members has to let go of a principal before it is deleted. Errors:
/// `is_member` (of a signer).
Status check_is_no_member(Transaction& transaction, PrincipalId principal, const std::string& name);

/// A description may be empty. Errors: `bad_text`.
Status check_description(const std::string& description);

/// The error for a name that another `what` has.
tl::unexpected<Error> name_taken(const std::string& what, const std::string& name);

/// The strings for a record, separated by spaces.
std::string in_one_line(const std::vector<Permission>& strings);

}  // namespace countersign
