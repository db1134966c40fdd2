#include <nlohmann/json.hpp>

#include "core/json_reader.h"
#include "gateway/server/handlers.h"
#include "gateway/server/json_views.h"
#include "policy/access.h"
#include "policy/metadata_types.h"

namespace countersign::server {

using nlohmann::json;

namespace {

Result<json> answer(const Result<MetadataType>& type) {
  if (!type) return fail(type.error());
  return json{{"metadata_type", metadata_type_json(*type)}};
}

/// The description is the type's, and the rest its field's.
Result<MetadataType> read_type(json body, const std::string& name) {
  MetadataType wish;
  if (body.contains("required"))
    return fail(ErrorKind::invalid, "bad_field", "/required is said by the policy that demands it");
  JsonReader in(body, "");
  wish.description = in.optional_text("description").value_or("");
  body.erase("description");
  body["name"] = name;
  auto field = metadata_field_from_json(body, "");
  if (!field) return fail(std::move(field.error()));
  wish.field = std::move(*field);
  return wish;
}

}  // namespace

Result<json> create_metadata_type_call(Call& call) {
  JsonReader in(call.body, "");
  const std::string name = in.text("name");
  if (name.empty()) return fail(in.finish().error());
  const auto wish = read_type(call.body, name);
  if (!wish) return fail(wish.error());
  return answer(create_metadata_type(call.transaction, call.caller, *wish));
}

Result<json> list_metadata_types_call(Call& call) {
  json types = json::array();
  for (const MetadataType& each : call.transaction.metadata_types.list())
    types.push_back(metadata_type_json(each));
  return json{{"metadata_types", std::move(types)}};
}

Result<json> show_metadata_type_call(Call& call) {
  const auto type = call.transaction.metadata_types.find(call.parts.at("metadata_type"));
  if (!type) return no_such("metadata type");
  return json{{"metadata_type", metadata_type_json(*type)}};
}

/// What is left out stays as it was; a definition is given whole.
Result<json> change_metadata_type_call(Call& call) {
  const auto before = call.transaction.metadata_types.find(call.parts.at("metadata_type"));
  if (!before) return no_such("metadata type");
  if (call.body.contains("name"))
    return fail(ErrorKind::invalid, "bad_field", "/name stays as it is");
  json body = call.body;
  if (!body.contains("description")) body["description"] = before->description;
  if (body.size() == 1) {
    body.update(to_json(before->field));
    body.erase("required");
  }
  body.erase("name");
  const auto wish = read_type(std::move(body), before->field.name);
  if (!wish) return fail(wish.error());
  return answer(change_metadata_type(call.transaction, call.caller, *wish));
}

Result<json> delete_metadata_type_call(Call& call) {
  return answer(
      delete_metadata_type(call.transaction, call.caller, call.parts.at("metadata_type")));
}

}  // namespace countersign::server
