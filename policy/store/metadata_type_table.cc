#include "policy/store/metadata_type_table.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "core/text.h"
#include "policy/store/rows.h"

namespace countersign {
namespace {

struct MetadataTypeRow {
  Column id = 0;
  std::string description, definition;

  MetadataType type() const {
    auto field = metadata_field_from_json(nlohmann::json::parse(definition), "");
    if (!field) throw std::runtime_error("malformed row: metadata type " + std::to_string(id));
    return {id, description, std::move(*field)};
  }
};

std::vector<MetadataType> read_types(soci::session& sql, const char* where,
                                     const std::string& wanted) {
  MetadataTypeRow row;
  soci::statement query =
      (sql.prepare << std::string("SELECT id, description, definition FROM metadata_type ") + where,
       soci::use(wanted), soci::into(row.id), soci::into(row.description),
       soci::into(row.definition));
  query.execute();
  std::vector<MetadataType> all;
  while (query.fetch()) all.push_back(row.type());
  return all;
}

}  // namespace

MetadataTypeId MetadataTypeTable::add(const MetadataType& type) {
  Column id = 0;
  const std::string folded = fold_case(type.field.name), definition = to_json(type.field).dump();
  sql_ << "INSERT INTO metadata_type (folded, description, definition)"
          " VALUES (:f, :d, :j) RETURNING id",
      soci::use(folded), soci::use(type.description), soci::use(definition), soci::into(id);
  return id;
}

std::optional<MetadataType> MetadataTypeTable::find(const std::string& name) {
  auto found = read_types(sql_, "WHERE folded = :f", fold_case(name));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::vector<MetadataType> MetadataTypeTable::list() {
  return read_types(sql_, "WHERE folded > :f ORDER BY id", "");
}

void MetadataTypeTable::change(const MetadataType& type) {
  const Column id = type.id;
  const std::string definition = to_json(type.field).dump();
  sql_ << "UPDATE metadata_type SET description = :d, definition = :j WHERE id = :i",
      soci::use(type.description), soci::use(definition), soci::use(id);
}

void MetadataTypeTable::remove(MetadataTypeId id) {
  const Column wanted = id;
  sql_ << "DELETE FROM metadata_type WHERE id = :i", soci::use(wanted);
}

}  // namespace countersign
