// Security roles, the permission sets that cap them, and the groups that may hold them.
#pragma once

#include <string>
#include <vector>

#include "policy/model/ids.h"
#include "policy/model/permissions/permission.h"

namespace countersign {

using RoleId = std::int64_t;
using PermissionSetId = std::int64_t;
using GroupId = std::int64_t;

/// The set that covers every string. Only a role in it lets its holder change roles, sets and
/// groups, and it cannot be changed itself.
inline constexpr PermissionSetId global_set = 1;

struct PermissionSet {
  PermissionSetId id = 0;
  std::string name;
  std::string description;
  std::vector<Permission> strings;
};

struct Role {
  RoleId id = 0;
  std::string name;
  std::string description;
  PermissionSetId permission_set = global_set;
  std::vector<Permission> strings;
};

struct Group {
  GroupId id = 0;
  std::string name;
  std::string description;
};

}  // namespace countersign
