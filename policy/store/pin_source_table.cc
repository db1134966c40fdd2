#include "policy/store/pin_source_table.h"

#include "policy/store/rows.h"

namespace countersign {
namespace {

std::optional<PinSourceEntry> find_one(soci::session& sql, const std::string& where,
                                       const auto& wanted) {
  PinSourceEntry found;
  Column id = 0;
  sql << "SELECT id, token, description FROM pin_source WHERE " + where, soci::use(wanted),
      soci::into(id), soci::into(found.token), soci::into(found.description);
  if (!sql.got_data()) return std::nullopt;
  found.id = id;
  return found;
}

}  // namespace

void PinSourceTable::number(const std::vector<std::string>& tokens) {
  for (const std::string& each : tokens)
    if (!find(each))
      sql_ << "INSERT INTO pin_source (token, description) VALUES (:t, '')", soci::use(each);
}

std::optional<PinSourceEntry> PinSourceTable::find(std::int64_t id) {
  const Column wanted = id;
  return find_one(sql_, "id = :i", wanted);
}

std::optional<PinSourceEntry> PinSourceTable::find(const std::string& token) {
  return find_one(sql_, "token = :t", token);
}

std::vector<PinSourceEntry> PinSourceTable::list() {
  Column id = 0;
  PinSourceEntry row;
  soci::statement query =
      (sql_.prepare << "SELECT id, token, description FROM pin_source ORDER BY id", soci::into(id),
       soci::into(row.token), soci::into(row.description));
  query.execute();
  std::vector<PinSourceEntry> all;
  while (query.fetch()) {
    row.id = id;
    all.push_back(row);
  }
  return all;
}

void PinSourceTable::describe(std::int64_t id, const std::string& description) {
  const Column wanted = id;
  sql_ << "UPDATE pin_source SET description = :d WHERE id = :i", soci::use(description),
      soci::use(wanted);
}

}  // namespace countersign
