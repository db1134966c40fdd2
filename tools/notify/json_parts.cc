#include "tools/notify/json_parts.h"

#include <nlohmann/json.hpp>

namespace countersign::notify {

using nlohmann::json;

const json& part_of(const json& object, const char* field) {
  static const json none;
  const auto found = object.is_object() ? object.find(field) : object.end();
  return found == object.end() ? none : *found;
}

std::string text_of(const json& object, const char* field) {
  const json& part = part_of(object, field);
  return part.is_string() ? part.get<std::string>() : "";
}

std::optional<std::int64_t> number_of(const json& object, const char* field) {
  const json& part = part_of(object, field);
  return part.is_number_integer() ? std::optional(part.get<std::int64_t>()) : std::nullopt;
}

}  // namespace countersign::notify
