#include "policy/store/group_table.h"

#include "core/text.h"
#include "policy/store/rows.h"

namespace countersign {

GroupId GroupTable::add(const Group& group) {
  Column id = 0;
  const std::string folded = fold_case(group.name);
  sql_ << "INSERT INTO principal (kind, name, folded, state, description)"
          " VALUES ('group', :n, :f, 'active', :d) RETURNING id",
      soci::use(group.name), soci::use(folded), soci::use(group.description), soci::into(id);
  return id;
}

std::optional<Group> GroupTable::find(GroupId id) {
  Group group;
  const Column wanted = id;
  sql_ << "SELECT name, description FROM principal WHERE id = :i AND kind = 'group'"
          " AND state = 'active'",
      soci::use(wanted), soci::into(group.name), soci::into(group.description);
  if (!sql_.got_data()) return std::nullopt;
  group.id = id;
  return group;
}

std::optional<Group> GroupTable::find(const std::string& name) {
  Column id = 0;
  const std::string folded = fold_case(name);
  sql_ << "SELECT id FROM principal WHERE folded = :f", soci::use(folded), soci::into(id);
  return sql_.got_data() ? find(id) : std::nullopt;
}

std::vector<Group> GroupTable::list() {
  Column id = 0;
  Group row;
  soci::statement query =
      (sql_.prepare << "SELECT id, name, description FROM principal WHERE kind = 'group'"
                       " AND state = 'active' ORDER BY id",
       soci::into(id), soci::into(row.name), soci::into(row.description));
  query.execute();
  std::vector<Group> groups;
  while (query.fetch()) {
    row.id = id;
    groups.push_back(row);
  }
  return groups;
}

void GroupTable::describe(GroupId id, const std::string& description) {
  const Column wanted = id;
  sql_ << "UPDATE principal SET description = :d WHERE id = :i", soci::use(description),
      soci::use(wanted);
}

void GroupTable::remove(GroupId id) {
  const Column wanted = id;
  // No name has a space, so this one is free again for others and never found.
  const std::string folded = "deleted " + std::to_string(id);
  sql_ << "DELETE FROM principal_link WHERE kind = 'contains' AND (holder = :i OR held = :i)",
      soci::use(wanted, "i");
  sql_ << "UPDATE principal SET state = 'deleted', folded = :f WHERE id = :i", soci::use(folded),
      soci::use(wanted);
}

bool GroupTable::contains(GroupId group, std::int64_t principal) {
  const Column holder = group;
  const Column held = principal;
  Column found = 0;
  sql_ << "SELECT held FROM principal_link WHERE kind = 'contains' AND holder = :g AND held = :p",
      soci::use(holder), soci::use(held), soci::into(found);
  return sql_.got_data();
}

void GroupTable::add_member(GroupId group, std::int64_t principal) {
  const Column holder = group;
  const Column held = principal;
  sql_ << "INSERT INTO principal_link (kind, holder, held) VALUES ('contains', :g, :p)",
      soci::use(holder), soci::use(held);
}

void GroupTable::remove_member(GroupId group, std::int64_t principal) {
  const Column holder = group;
  const Column held = principal;
  sql_ << "DELETE FROM principal_link WHERE kind = 'contains' AND holder = :g AND held = :p",
      soci::use(holder), soci::use(held);
}

std::vector<std::int64_t> GroupTable::members(GroupId group) {
  const Column holder = group;
  Column id = 0;
  soci::statement query =
      (sql_.prepare << "SELECT held FROM principal_link WHERE kind = 'contains' AND holder = :g"
                       " ORDER BY held",
       soci::use(holder), soci::into(id));
  query.execute();
  std::vector<std::int64_t> members;
  while (query.fetch()) members.push_back(id);
  return members;
}

bool GroupTable::within(GroupId inner, GroupId outer) {
  const Column from = inner;
  const Column to = outer;
  Column found = 0;
  sql_ << "WITH RECURSIVE above(p) AS (SELECT :i UNION SELECT l.holder FROM above"
          " CROSS JOIN principal_link l ON l.kind = 'contains' AND l.held = above.p)"
          " SELECT p FROM above WHERE p = :o",
      soci::use(from), soci::use(to), soci::into(found);
  return sql_.got_data();
}

}  // namespace countersign
