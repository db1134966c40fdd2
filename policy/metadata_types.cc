#include "policy/metadata_types.h"

#include <nlohmann/json.hpp>

#include "core/json_reader.h"
#include "core/text.h"
#include "policy/access.h"
#include "policy/role_rules.h"

namespace countersign {

using nlohmann::json;

namespace {

void record_type(Transaction& transaction, const Caller& caller, const char* operation,
                 const MetadataType& type) {
  record_change(transaction, caller, operation, std::nullopt, std::nullopt,
                {{"name", type.field.name},
                 {"description", type.description},
                 {"definition", to_json(type.field).dump()}});
}

/// The demanded field, which names a type, as the type says.
Result<json> written_out(Transaction& transaction, const json& field, const std::string& pointer) {
  JsonReader in(field, pointer);
  const std::string name = in.text("type");
  const auto type = transaction.metadata_types.find(name);
  if (!type)
    in.refuse("type", "names " + printable(name) + ", which is no metadata type",
              "see: countersign metadata-type list");
  const std::string field_name = in.optional_text("name").value_or(type ? type->field.name : "");
  const bool required = in.flag("required", true);
  if (auto good = in.finish(); !good) return fail(good.error());
  json out = to_json(type->field);
  out["name"] = field_name;
  out["required"] = required;
  return out;
}

}  // namespace

Result<MetadataType> create_metadata_type(Transaction& transaction, const Caller& caller,
                                          const MetadataType& wish) {
  if (auto good = check_description(wish.description); !good) return fail(good.error());
  if (transaction.metadata_types.find(wish.field.name))
    return name_taken("metadata type", wish.field.name);
  MetadataType type = wish;
  type.id = transaction.metadata_types.add(wish);
  record_type(transaction, caller, "metadata_type.create", type);
  return type;
}

Result<MetadataType> change_metadata_type(Transaction& transaction, const Caller& caller,
                                          const MetadataType& wish) {
  const auto before = transaction.metadata_types.find(wish.field.name);
  if (!before) return no_such("metadata type");
  if (auto good = check_description(wish.description); !good) return fail(good.error());
  MetadataType type = wish;
  type.id = before->id;
  type.field.name = before->field.name;
  transaction.metadata_types.change(type);
  record_type(transaction, caller, "metadata_type.change", type);
  return type;
}

Result<MetadataType> delete_metadata_type(Transaction& transaction, const Caller& caller,
                                          const std::string& name) {
  auto type = transaction.metadata_types.find(name);
  if (!type) return no_such("metadata type");
  transaction.metadata_types.remove(type->id);
  record_type(transaction, caller, "metadata_type.delete", *type);
  return std::move(*type);
}

Result<json> with_types_written_out(Transaction& transaction, json policy,
                                    const std::string& pointer) {
  const json::json_pointer place("/demands/metadata");
  if (!policy.is_object() || !policy.contains(place) || !policy.at(place).is_array()) return policy;
  json& fields = policy.at(place);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (!fields[i].is_object() || !fields[i].contains("type")) continue;
    auto field =
        written_out(transaction, fields[i], pointer + "/demands/metadata/" + std::to_string(i));
    if (!field) return fail(std::move(field.error()));
    fields[i] = std::move(*field);
  }
  return policy;
}

}  // namespace countersign
