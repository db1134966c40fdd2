#include "policy/store/meta_table.h"

#include "policy/store/rows.h"

namespace countersign {

struct MetaTable::Prepared {
  explicit Prepared(soci::session& sql)
      : get((sql.prepare << "SELECT value FROM meta WHERE key = :k", soci::use(key),
             soci::into(value))),
        set((sql.prepare << "INSERT INTO meta (key, value) VALUES (:k, :v)"
                            " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
             soci::use(key), soci::use(value))) {}
  std::string key;
  std::string value;
  soci::statement get;
  soci::statement set;
};

MetaTable::MetaTable(soci::session& sql) : sql_(sql), prepared_(std::make_unique<Prepared>(sql)) {}
MetaTable::~MetaTable() = default;

std::optional<std::string> MetaTable::get(const std::string& key) {
  prepared_->key = key;
  if (!fetch_one(prepared_->get)) return std::nullopt;
  return prepared_->value;
}

void MetaTable::set(const std::string& key, const std::string& value) {
  prepared_->key = key;
  prepared_->value = value;
  prepared_->set.execute(true);
}

void MetaTable::erase(const std::string& key) {
  sql_ << "DELETE FROM meta WHERE key = :k", soci::use(key);
}

}  // namespace countersign
