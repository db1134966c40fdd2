// Groups of accounts and of other groups.
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
class GroupTable {
 public:
  explicit GroupTable(soci::session& sql) : sql_(sql) {}

  /// The name must be free among groups and accounts.
  GroupId add(const Group& group);
  std::optional<Group> find(GroupId id);
  std::optional<Group> find(const std::string& name);
  std::vector<Group> list();
  void describe(GroupId id, const std::string& description);
  /// Takes the group out of all groups, empties it, and keeps its number for the log.
  void remove(GroupId id);

  bool contains(GroupId group, std::int64_t principal);
  void add_member(GroupId group, std::int64_t principal);
  void remove_member(GroupId group, std::int64_t principal);
  /// Accounts and groups that the group holds itself, by number.
  std::vector<std::int64_t> members(GroupId group);
  /// Whether `inner` is `outer` or stands somewhere within it.
  bool within(GroupId inner, GroupId outer);

 private:
  soci::session& sql_;
};

}  // namespace countersign
