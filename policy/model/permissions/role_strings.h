// What may stand in a role and in a permission set.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "policy/model/permissions/permission.h"

namespace countersign {

/// Most strings of one role or one permission set.
inline constexpr std::size_t most_role_strings = 500;

/// Reads `strings` for a role, or a set, that may hold what `cap` covers; the cap of a set is
/// the root. Errors: `bad_permission`; `by_membership`: no role conveys the string;
/// `outside_permission_set`; `covered_permission`: another of the strings gives the same, both are
/// named; `too_many_permissions`.
Result<std::vector<Permission>> read_role_strings(std::span<const std::string> strings,
                                                  std::span<const Permission> cap);

/// Those of `strings` behind which there is no operation today. They are honoured from the day
/// there is one.
std::vector<Permission> without_operations(std::span<const Permission> strings);

}  // namespace countersign
