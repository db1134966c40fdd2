#include "policy/model/demands.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "core/json_reader.h"
#include "core/text.h"
#include "policy/model/document_list.h"

namespace countersign {
namespace {

constexpr std::size_t most_fields = 20;
constexpr std::size_t most_metadata = 50;

tl::unexpected<Error> bad_metadata(const std::string& message, const std::string& remedy) {
  return fail(ErrorKind::invalid, "bad_metadata", message, remedy);
}

/// Whether the field says "required", and not "optional" or nothing.
bool is_required(JsonReader& in, const char* name) {
  const auto text = in.optional_text(name);
  if (text && *text != "required" && *text != "optional")
    in.refuse(name, "is neither \"required\" nor \"optional\"");
  return text == "required";
}

}  // namespace

Status check_metadata(const Demands& demands, const std::map<std::string, std::string>& metadata) {
  if (metadata.size() > most_metadata)
    return bad_metadata("a request has at most " + std::to_string(most_metadata) + " fields",
                        "leave some out");
  for (const auto& [name, value] : metadata) {
    if (auto good = check_name("field name", name); !good)
      return bad_metadata(good.error().message, "write it like: --metadata ticket=…");
    if (auto good = check_value({name}, value); !good) return good;
  }
  for (const MetadataField& field : demands.metadata) {
    const auto found = metadata.find(field.name);
    if (found != metadata.end()) {
      if (auto good = check_value(field, found->second); !good) return good;
    } else if (field.required) {
      return bad_metadata("the policy demands the field " + field.name,
                          "fill it with: --metadata " + field.name + "=…");
    }
  }
  return {};
}

Result<Demands> demands_from_json(const nlohmann::json& document, const std::string& pointer) {
  JsonReader in(document, pointer);
  Demands demands;
  demands.digests = is_required(in, "digests") ? DigestBinding::required : DigestBinding::optional;
  demands.network = is_required(in, "network");
  const nlohmann::json* const metadata = in.any("metadata");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  if (metadata == nullptr) return demands;
  auto fields = read_list(*metadata, pointer + "/metadata", most_fields, metadata_field_from_json);
  if (!fields) return fail(std::move(fields.error()));
  std::set<std::string> distinct;
  for (const MetadataField& each : *fields)
    if (!distinct.insert(fold_case(each.name)).second)
      in.refuse("metadata", "has the field " + each.name + " twice");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  demands.metadata = std::move(*fields);
  return demands;
}

nlohmann::json to_json(const Demands& demands) {
  auto document = nlohmann::json::object();
  if (demands.digests == DigestBinding::required) document["digests"] = "required";
  if (demands.network) document["network"] = "required";
  if (!demands.metadata.empty()) document["metadata"] = list_to_json(demands.metadata);
  return document;
}

bool demand_less(const Demands& before, const Demands& after) {
  if (before.digests == DigestBinding::required && after.digests == DigestBinding::optional)
    return true;
  if (before.network && !after.network) return true;
  return !std::ranges::all_of(before.metadata, [&](const MetadataField& field) {
    return std::ranges::any_of(after.metadata, [&](const MetadataField& each) {
      return each.name == field.name && is_as_strict(field, each);
    });
  });
}

}  // namespace countersign
