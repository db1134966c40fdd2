#include "policy/store/role_table.h"

#include <stdexcept>

#include "core/text.h"
#include "policy/store/rows.h"

namespace countersign {
namespace {

std::vector<Permission> read_strings(soci::session& sql, const std::string& select, Column id) {
  std::string text;
  soci::statement query = (sql.prepare << select, soci::use(id), soci::into(text));
  query.execute();
  std::vector<Permission> strings;
  while (query.fetch()) {
    auto string = Permission::parse(text);
    if (!string) throw std::runtime_error("malformed row: permission " + text);
    strings.push_back(std::move(*string));
  }
  return strings;
}

void write_strings(soci::session& sql, const std::string& insert, Column id,
                   const std::vector<Permission>& strings) {
  std::string text;
  soci::statement row = (sql.prepare << insert, soci::use(id), soci::use(text));
  for (const Permission& each : strings) {
    text = each.text();
    row.execute(true);
  }
}

std::vector<Column> read_ids(soci::session& sql, const std::string& select) {
  Column id = 0;
  soci::statement query = (sql.prepare << select, soci::into(id));
  query.execute();
  std::vector<Column> ids;
  while (query.fetch()) ids.push_back(id);
  return ids;
}

std::vector<std::int64_t> read_ids(soci::session& sql, const std::string& select, Column key) {
  Column id = 0;
  soci::statement query = (sql.prepare << select, soci::use(key), soci::into(id));
  query.execute();
  std::vector<std::int64_t> ids;
  while (query.fetch()) ids.push_back(id);
  return ids;
}

constexpr const char* insert_set_string =
    "INSERT INTO permission_set_string (permission_set, string) VALUES (:i, :s)";
constexpr const char* insert_role_string = "INSERT INTO role_string (role, string) VALUES (:i, :s)";

}  // namespace

PermissionSetId RoleTable::add(const PermissionSet& set) {
  Column id = 0;
  const std::string folded = fold_case(set.name);
  sql_ << "INSERT INTO permission_set (name, folded, description) VALUES (:n, :f, :d) RETURNING id",
      soci::use(set.name), soci::use(folded), soci::use(set.description), soci::into(id);
  write_strings(sql_, insert_set_string, id, set.strings);
  return id;
}

std::optional<PermissionSet> RoleTable::find_set(PermissionSetId id) {
  PermissionSet set;
  const Column wanted = id;
  sql_ << "SELECT name, description FROM permission_set WHERE id = :i", soci::use(wanted),
      soci::into(set.name), soci::into(set.description);
  if (!sql_.got_data()) return std::nullopt;
  set.id = id;
  set.strings = read_strings(
      sql_, "SELECT string FROM permission_set_string WHERE permission_set = :i ORDER BY string",
      wanted);
  return set;
}

std::optional<PermissionSet> RoleTable::find_set(const std::string& name) {
  Column id = 0;
  const std::string folded = fold_case(name);
  sql_ << "SELECT id FROM permission_set WHERE folded = :f", soci::use(folded), soci::into(id);
  return sql_.got_data() ? find_set(id) : std::nullopt;
}

std::vector<PermissionSet> RoleTable::sets() {
  std::vector<PermissionSet> all;
  for (const Column id : read_ids(sql_, "SELECT id FROM permission_set ORDER BY id"))
    all.push_back(*find_set(id));
  return all;
}

void RoleTable::change(const PermissionSet& set) {
  const Column id = set.id;
  sql_ << "UPDATE permission_set SET description = :d WHERE id = :i", soci::use(set.description),
      soci::use(id);
  sql_ << "DELETE FROM permission_set_string WHERE permission_set = :i", soci::use(id);
  write_strings(sql_, insert_set_string, id, set.strings);
}

void RoleTable::remove_set(PermissionSetId id) {
  const Column wanted = id;
  sql_ << "DELETE FROM permission_set_string WHERE permission_set = :i", soci::use(wanted);
  sql_ << "DELETE FROM permission_set WHERE id = :i", soci::use(wanted);
}

RoleId RoleTable::add(const Role& role) {
  Column id = 0;
  const Column set = role.permission_set;
  const std::string folded = fold_case(role.name);
  sql_ << "INSERT INTO role (name, folded, description, permission_set) VALUES (:n, :f, :d, :s)"
          " RETURNING id",
      soci::use(role.name), soci::use(folded), soci::use(role.description), soci::use(set),
      soci::into(id);
  write_strings(sql_, insert_role_string, id, role.strings);
  return id;
}

std::optional<Role> RoleTable::find_role(RoleId id) {
  Role role;
  const Column wanted = id;
  Column set = 0;
  sql_ << "SELECT name, description, permission_set FROM role WHERE id = :i", soci::use(wanted),
      soci::into(role.name), soci::into(role.description), soci::into(set);
  if (!sql_.got_data()) return std::nullopt;
  role.id = id;
  role.permission_set = set;
  role.strings =
      read_strings(sql_, "SELECT string FROM role_string WHERE role = :i ORDER BY string", wanted);
  return role;
}

std::optional<Role> RoleTable::find_role(const std::string& name) {
  Column id = 0;
  const std::string folded = fold_case(name);
  sql_ << "SELECT id FROM role WHERE folded = :f", soci::use(folded), soci::into(id);
  return sql_.got_data() ? find_role(id) : std::nullopt;
}

std::vector<Role> RoleTable::roles() {
  std::vector<Role> all;
  for (const Column id : read_ids(sql_, "SELECT id FROM role ORDER BY id"))
    all.push_back(*find_role(id));
  return all;
}

void RoleTable::change(const Role& role) {
  const Column id = role.id;
  const Column set = role.permission_set;
  sql_ << "UPDATE role SET description = :d, permission_set = :s WHERE id = :i",
      soci::use(role.description), soci::use(set), soci::use(id);
  sql_ << "DELETE FROM role_string WHERE role = :i", soci::use(id);
  write_strings(sql_, insert_role_string, id, role.strings);
}

void RoleTable::remove_role(RoleId id) {
  const Column wanted = id;
  for (const char* const statement :
       {"DELETE FROM role_holder WHERE role = :i", "DELETE FROM role_string WHERE role = :i",
        "DELETE FROM role WHERE id = :i"})
    sql_ << statement, soci::use(wanted);
}

std::vector<RoleId> RoleTable::roles_in(PermissionSetId set) {
  return read_ids(sql_, "SELECT id FROM role WHERE permission_set = :s ORDER BY id", set);
}

bool RoleTable::holds(std::int64_t principal, RoleId role) {
  const Column wanted_principal = principal;
  const Column wanted_role = role;
  Column found = 0;
  sql_ << "SELECT role FROM role_holder WHERE principal = :p AND role = :r",
      soci::use(wanted_principal), soci::use(wanted_role), soci::into(found);
  return sql_.got_data();
}

void RoleTable::grant(std::int64_t principal, RoleId role) {
  const Column holder = principal;
  const Column held = role;
  sql_ << "INSERT INTO role_holder (principal, role) VALUES (:p, :r)", soci::use(holder),
      soci::use(held);
}

void RoleTable::revoke(std::int64_t principal, RoleId role) {
  const Column holder = principal;
  const Column held = role;
  sql_ << "DELETE FROM role_holder WHERE principal = :p AND role = :r", soci::use(holder),
      soci::use(held);
}

std::vector<std::int64_t> RoleTable::holders(RoleId role) {
  return read_ids(sql_, "SELECT principal FROM role_holder WHERE role = :r ORDER BY principal",
                  role);
}

void RoleTable::revoke_all(std::int64_t principal) {
  const Column holder = principal;
  sql_ << "DELETE FROM role_holder WHERE principal = :p", soci::use(holder);
}

}  // namespace countersign
