#include "policy/store/application_table.h"

#include "core/text.h"
#include "policy/store/rows.h"

namespace countersign {
namespace {

std::optional<Application> find_one(soci::session& sql, const std::string& where,
                                    const auto& wanted) {
  Application found;
  Column id = 0;
  sql << "SELECT id, name, description FROM application WHERE " + where, soci::use(wanted),
      soci::into(id), soci::into(found.name), soci::into(found.description);
  if (!sql.got_data()) return std::nullopt;
  found.id = id;
  return found;
}

/// What `select` finds of `key`: a number, and a role on an application.
std::vector<std::pair<std::int64_t, LayeredRole>> roles_of(soci::session& sql,
                                                           const std::string& select, Column key) {
  Column id = 0;
  std::string role;
  soci::statement query = (sql.prepare << select, soci::use(key), soci::into(id), soci::into(role));
  query.execute();
  std::vector<std::pair<std::int64_t, LayeredRole>> roles;
  while (query.fetch())
    if (const auto known = layered_role_from_text(Layer::application, role))
      roles.emplace_back(id, *known);
  return roles;
}

}  // namespace

ApplicationId ApplicationTable::add(const Application& application) {
  Column id = 0;
  const std::string folded = fold_case(application.name);
  sql_ << "INSERT INTO application (name, folded, description) VALUES (:n, :f, :d) RETURNING id",
      soci::use(application.name), soci::use(folded), soci::use(application.description),
      soci::into(id);
  return id;
}

std::optional<Application> ApplicationTable::find(ApplicationId id) {
  const Column wanted = id;
  return find_one(sql_, "id = :i", wanted);
}

std::optional<Application> ApplicationTable::find(const std::string& name) {
  return find_one(sql_, "folded = :f", fold_case(name));
}

std::vector<Application> ApplicationTable::list() {
  Column id = 0;
  Application row;
  soci::statement query =
      (sql_.prepare << "SELECT id, name, description FROM application ORDER BY id", soci::into(id),
       soci::into(row.name), soci::into(row.description));
  query.execute();
  std::vector<Application> all;
  while (query.fetch()) {
    row.id = id;
    all.push_back(row);
  }
  return all;
}

void ApplicationTable::describe(ApplicationId id, const std::string& description) {
  const Column wanted = id;
  sql_ << "UPDATE application SET description = :d WHERE id = :i", soci::use(description),
      soci::use(wanted);
}

void ApplicationTable::remove(ApplicationId id) {
  const Column wanted = id;
  sql_ << "DELETE FROM membership WHERE scope = 'application' AND object = :i", soci::use(wanted);
  sql_ << "DELETE FROM application WHERE id = :i", soci::use(wanted);
}

std::vector<SignerId> ApplicationTable::signers(ApplicationId id) {
  const Column wanted = id;
  Column signer = 0;
  soci::statement query =
      (sql_.prepare << "SELECT id FROM signer WHERE application = :a ORDER BY id",
       soci::use(wanted), soci::into(signer));
  query.execute();
  std::vector<SignerId> signers;
  while (query.fetch()) signers.push_back(signer);
  return signers;
}

std::optional<LayeredRole> ApplicationTable::role(ApplicationId id, std::int64_t principal) {
  const Column object = id;
  const Column member = principal;
  std::string role;
  sql_ << "SELECT role FROM membership WHERE scope = 'application' AND object = :o"
          " AND principal = :p",
      soci::use(object), soci::use(member), soci::into(role);
  if (!sql_.got_data()) return std::nullopt;
  return layered_role_from_text(Layer::application, role);
}

void ApplicationTable::set_member(ApplicationId id, std::int64_t principal, LayeredRole role) {
  const Column object = id;
  const Column member = principal;
  const std::string text(to_text(role));
  sql_ << "INSERT INTO membership (scope, object, principal, role)"
          " VALUES ('application', :o, :p, :r)"
          " ON CONFLICT (scope, object, principal) DO UPDATE SET role = excluded.role",
      soci::use(object), soci::use(member), soci::use(text);
}

void ApplicationTable::remove_member(ApplicationId id, std::int64_t principal) {
  const Column object = id;
  const Column member = principal;
  sql_ << "DELETE FROM membership WHERE scope = 'application' AND object = :o AND principal = :p",
      soci::use(object), soci::use(member);
}

void ApplicationTable::remove_everywhere(std::int64_t principal) {
  const Column member = principal;
  sql_ << "DELETE FROM membership WHERE scope = 'application' AND principal = :p",
      soci::use(member);
}

std::vector<std::pair<std::int64_t, LayeredRole>> ApplicationTable::members(ApplicationId id) {
  return roles_of(sql_,
                  "SELECT principal, role FROM membership WHERE scope = 'application'"
                  " AND object = :o ORDER BY principal",
                  id);
}

std::vector<std::pair<ApplicationId, LayeredRole>> ApplicationTable::of_principal(
    std::int64_t principal) {
  return roles_of(sql_,
                  "SELECT object, role FROM membership WHERE principal = :p"
                  " AND scope = 'application' ORDER BY object",
                  principal);
}

}  // namespace countersign
