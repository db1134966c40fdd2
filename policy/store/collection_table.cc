#include "policy/store/collection_table.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "core/text.h"
#include "policy/store/rows.h"

namespace countersign {
namespace {

using nlohmann::json;

std::string query_text(const CertificateQuery& query) {
  json object = json::object();
  write_certificate_query(query, object);
  return object.dump();
}

struct CollectionRow {
  Column id = 0;
  std::string name, description, query;

  Collection collection() const {
    const json object = json::parse(query);
    JsonReader in(object, "");
    Collection read{id, name, description, read_certificate_query(in, {})};
    if (!in.finish()) throw std::runtime_error("malformed row: collection " + std::to_string(id));
    return read;
  }
};

std::vector<Collection> read_collections(soci::session& sql, const char* where,
                                         const auto& wanted) {
  CollectionRow row;
  soci::statement query =
      (sql.prepare << std::string("SELECT id, name, description, query FROM collection ") + where,
       soci::use(wanted), soci::into(row.id), soci::into(row.name), soci::into(row.description),
       soci::into(row.query));
  query.execute();
  std::vector<Collection> all;
  while (query.fetch()) all.push_back(row.collection());
  return all;
}

std::optional<Collection> first_of(std::vector<Collection> found) {
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

}  // namespace

CollectionId CollectionTable::add(const Collection& collection) {
  Column id = 0;
  const std::string folded = fold_case(collection.name), query = query_text(collection.query);
  sql_ << "INSERT INTO collection (name, folded, description, query)"
          " VALUES (:n, :f, :d, :q) RETURNING id",
      soci::use(collection.name), soci::use(folded), soci::use(collection.description),
      soci::use(query), soci::into(id);
  return id;
}

std::optional<Collection> CollectionTable::find(CollectionId id) {
  const Column wanted = id;
  return first_of(read_collections(sql_, "WHERE id = :i", wanted));
}

std::optional<Collection> CollectionTable::find(const std::string& name) {
  const std::string folded = fold_case(name);
  return first_of(read_collections(sql_, "WHERE folded = :f", folded));
}

std::vector<Collection> CollectionTable::list() {
  const Column none = 0;
  return read_collections(sql_, "WHERE id > :i ORDER BY id", none);
}

void CollectionTable::change(const Collection& collection) {
  const Column id = collection.id;
  const std::string query = query_text(collection.query);
  sql_ << "UPDATE collection SET description = :d, query = :q WHERE id = :i",
      soci::use(collection.description), soci::use(query), soci::use(id);
}

void CollectionTable::remove(CollectionId id) {
  const Column wanted = id;
  sql_ << "DELETE FROM collection WHERE id = :i", soci::use(wanted);
}

}  // namespace countersign
