#include "core/json_reader.h"

#include <nlohmann/json.hpp>

#include "core/text.h"

namespace countersign {

using nlohmann::json;

JsonReader::JsonReader(const json& object, std::string pointer)
    : object_(object), pointer_(std::move(pointer)) {
  if (!object_.is_object())
    error_ = Error{ErrorKind::invalid, "bad_field",
                   (pointer_.empty() ? "the document" : pointer_) + " is not a JSON object", ""};
}

void JsonReader::refuse(const std::string& name, const std::string& why,
                        const std::string& remedy) {
  if (!error_)
    error_ = Error{ErrorKind::invalid, "bad_field", pointer_ + "/" + name + " " + why, remedy};
}

const json* JsonReader::find(const char* name, bool required) {
  known_.insert(name);
  if (error_) return nullptr;
  const auto found = object_.find(name);
  if (found != object_.end()) return &*found;
  if (required) refuse(name, "is missing");
  return nullptr;
}

std::optional<std::string> JsonReader::optional_text(const char* name) {
  const json* const value = find(name, false);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return value->get<std::string>();
  refuse(name, "is not a string");
  return std::nullopt;
}

std::string JsonReader::text(const char* name) {
  find(name, true);
  return optional_text(name).value_or("");
}

std::optional<std::int64_t> JsonReader::optional_integer(const char* name, std::int64_t least,
                                                         std::int64_t most) {
  const json* const value = find(name, false);
  if (value == nullptr) return std::nullopt;
  // An unsigned value beyond int64 would wrap to a negative one, so it is compared as it stands.
  const bool fits = value->is_number_unsigned()
                        ? value->get<std::uint64_t>() <= static_cast<std::uint64_t>(most) &&
                              value->get<std::int64_t>() >= least
                        : value->is_number_integer() && value->get<std::int64_t>() >= least &&
                              value->get<std::int64_t>() <= most;
  if (fits) return value->get<std::int64_t>();
  refuse(name,
         "is not a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return std::nullopt;
}

std::int64_t JsonReader::integer(const char* name, std::int64_t least, std::int64_t most) {
  find(name, true);
  return optional_integer(name, least, most).value_or(least);
}

bool JsonReader::flag(const char* name, bool otherwise) {
  const json* const value = find(name, false);
  if (value == nullptr) return otherwise;
  if (value->is_boolean()) return value->get<bool>();
  refuse(name, "is neither true nor false");
  return otherwise;
}

std::vector<std::string> JsonReader::texts(const char* name) {
  std::vector<std::string> all;
  const json* const value = find(name, true);
  if (value == nullptr) return all;
  if (!value->is_array()) {
    refuse(name, "is not a list");
    return all;
  }
  for (const json& each : *value) {
    if (!each.is_string()) {
      refuse(name + ("/" + std::to_string(all.size())), "is not a string");
      return {};
    }
    all.push_back(each.get<std::string>());
  }
  return all;
}

const json* JsonReader::any(const char* name) {
  return find(name, false);
}

Status JsonReader::finish() {
  if (error_) return fail(*error_);
  for (const auto& [name, value] : object_.items())
    if (!known_.contains(name)) {
      refuse(printable(name), "is not known here");
      return fail(*error_);
    }
  return {};
}

tl::unexpected<Error> fail_in_file(const std::string& path, Error error) {
  error.message = path + ": " + error.message;
  if (error.remedy.empty()) error.remedy = "correct the file";
  return fail(std::move(error));
}

}  // namespace countersign
