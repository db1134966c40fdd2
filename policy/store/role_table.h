// Permission sets, security roles, and who holds them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/model/role.h"

namespace soci {
class session;
}

namespace countersign {

/// Not thread-safe. Throws what the database throws; PolicyStore::run() catches it.
class RoleTable {
 public:
  explicit RoleTable(soci::session& sql) : sql_(sql) {}

  /// The names of sets, and those of roles, must be free.
  PermissionSetId add(const PermissionSet& set);
  std::optional<PermissionSet> find_set(PermissionSetId id);
  std::optional<PermissionSet> find_set(const std::string& name);
  std::vector<PermissionSet> sets();
  /// Stores the set's description and strings; all that it held before is replaced.
  void change(const PermissionSet& set);
  void remove_set(PermissionSetId id);

  RoleId add(const Role& role);
  std::optional<Role> find_role(RoleId id);
  std::optional<Role> find_role(const std::string& name);
  std::vector<Role> roles();
  /// Stores the role's description, set and strings; all that it held before is replaced.
  void change(const Role& role);
  /// Takes the role from all that hold it and deletes it.
  void remove_role(RoleId id);
  /// The roles that the set caps.
  std::vector<RoleId> roles_in(PermissionSetId set);

  bool holds(std::int64_t principal, RoleId role);
  void grant(std::int64_t principal, RoleId role);
  void revoke(std::int64_t principal, RoleId role);
  /// The accounts and groups that hold the role themselves, by number.
  std::vector<std::int64_t> holders(RoleId role);
  /// Takes every role from a principal.
  void revoke_all(std::int64_t principal);

 private:
  soci::session& sql_;
};

}  // namespace countersign
