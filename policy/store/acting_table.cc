#include "policy/store/acting_table.h"

#include <nlohmann/json.hpp>

#include "policy/store/rows.h"

namespace countersign {
namespace {

// From the members down through their groups; then the claims that sign in as one of them, and the
// owners of machines among them.
constexpr const char* ways =
    ", m(p, role) AS (SELECT p, role FROM member UNION SELECT l.held, m.role FROM m"
    " CROSS JOIN principal_link l ON l.kind = 'contains' AND l.holder = m.p),"
    " a(p, role, kind) AS (SELECT m.p, m.role, p.kind FROM m CROSS JOIN principal p ON p.id = m.p"
    " AND p.state = 'active' AND p.kind <> 'group') "
    "SELECT a.p, a.p, a.role FROM a "
    "UNION ALL SELECT c.id, a.p, a.role FROM a CROSS JOIN claim c ON c.account = a.p"
    " CROSS JOIN principal p ON p.id = c.id AND p.state = 'active' "
    "UNION ALL SELECT l.holder, a.p, a.role FROM a CROSS JOIN principal_link l"
    " ON l.kind = 'owns' AND l.held = a.p CROSS JOIN principal p ON p.id = l.holder"
    " AND p.state = 'active' WHERE a.kind = 'machine'";

constexpr const char* up =
    "WITH RECURSIVE mine(p) AS (SELECT value FROM json_each(:l) UNION SELECT l.holder FROM mine"
    " CROSS JOIN principal_link l ON l.kind = 'contains' AND l.held = mine.p) ";

std::string list_of(const std::vector<PrincipalId>& principals) {
  return nlohmann::json(principals).dump();
}

}  // namespace

Acting ActingTable::acting(const std::string& members, SignerId signer, Layer layer) {
  const Column object = signer;
  Column actor = 0, as = 0;
  std::string role;
  soci::statement query =
      (sql_.prepare << "WITH RECURSIVE member(p, role) AS (" + members + ")" + ways,
       soci::use(object, "s"), soci::into(actor), soci::into(as), soci::into(role));
  query.execute();
  Acting all;
  while (query.fetch()) {
    const auto known = layered_role_from_text(layer, role);
    if (!known) continue;
    const auto [place, added] = all.try_emplace(Way{actor, as}, *known);
    if (!added) place->second = std::max(place->second, *known);
  }
  return all;
}

Acting ActingTable::on_signer(SignerId signer) {
  return acting("SELECT principal, role FROM membership WHERE scope = 'signer' AND object = :s",
                signer, Layer::signer);
}

Acting ActingTable::on_product() {
  // The condition is that of the index product_admin.
  return acting(
      "SELECT principal, role FROM membership WHERE scope = 'product' AND role = 'admin'"
      " AND object = :s",
      0, Layer::product);
}

std::set<PrincipalId> ActingTable::within(const std::vector<PrincipalId>& principals) {
  const std::string list = list_of(principals);
  Column id = 0;
  soci::statement query =
      (sql_.prepare << "WITH RECURSIVE m(p) AS (SELECT value FROM json_each(:l) UNION"
                       " SELECT l.held FROM m CROSS JOIN principal_link l"
                       " ON l.kind = 'contains' AND l.holder = m.p)"
                       " SELECT m.p FROM m CROSS JOIN principal p ON p.id = m.p"
                       " AND p.state = 'active' AND p.kind <> 'group'",
       soci::use(list, "l"), soci::into(id));
  query.execute();
  std::set<PrincipalId> all;
  while (query.fetch()) all.insert(id);
  return all;
}

std::set<std::string> ActingTable::approver_names(const Subject& subject) {
  std::vector<PrincipalId> start(subject.claims.begin(), subject.claims.end());
  start.push_back(subject.account.id);
  const std::string list = list_of(start);
  std::string name;
  // The folded form of a claim's name is the name.
  soci::statement query =
      (sql_.prepare << std::string(up) +
                           "SELECT CASE p.kind WHEN 'group' THEN 'group:' ELSE '' END || p.folded"
                           " FROM mine CROSS JOIN principal p ON p.id = mine.p"
                           " AND p.state <> 'deleted'",
       soci::use(list, "l"), soci::into(name));
  query.execute();
  std::set<std::string> all;
  while (query.fetch()) all.insert(name);
  return all;
}

std::vector<SignerId> ActingTable::signers_around(const std::vector<PrincipalId>& principals) {
  const std::string list = list_of(principals);
  Column id = 0;
  soci::statement query =
      (sql_.prepare << std::string(up) +
                           "SELECT DISTINCT m.object FROM mine CROSS JOIN membership m"
                           " ON m.principal = mine.p AND m.scope = 'signer'"
                           " ORDER BY m.object",
       soci::use(list, "l"), soci::into(id));
  query.execute();
  std::vector<SignerId> signers;
  while (query.fetch()) signers.push_back(id);
  return signers;
}

}  // namespace countersign
