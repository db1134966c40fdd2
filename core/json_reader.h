// Reads a JSON object strictly: every field is asked for by name and type, and what was not asked
// for is refused. One place for config files and request bodies.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/result.h"

namespace countersign {

/// Collects the first error, so that a reader asks for all its fields and checks once at the end:
///
///   JsonReader in(body, "");
///   const auto name = in.text("name");
///   const auto count = in.optional_integer("count", 1, 1000);
///   if (auto ok = in.finish(); !ok) return fail(ok.error());
///
/// Values read after a failure are empty. Keeps a reference to the JSON value. Not thread-safe.
class JsonReader {
 public:
  /// `pointer` is the JSON pointer of `object` in its document, "" for the document itself.
  JsonReader(const nlohmann::json& object, std::string pointer);

  std::string text(const char* name);
  std::optional<std::string> optional_text(const char* name);
  std::int64_t integer(const char* name, std::int64_t least, std::int64_t most);
  std::optional<std::int64_t> optional_integer(const char* name, std::int64_t least,
                                               std::int64_t most);
  bool flag(const char* name, bool otherwise);
  std::vector<std::string> texts(const char* name);
  /// The value as it stands; null (a pointer) when it is missing. Marks the field as known.
  const nlohmann::json* any(const char* name);

  /// Refuses the field `name` with `why`; keeps the first refusal only.
  void refuse(const std::string& name, const std::string& why, const std::string& remedy = {});

  /// The first error (`bad_field`, with the field's JSON pointer), an unknown field included.
  Status finish();

 private:
  const nlohmann::json* find(const char* name, bool required);

  const nlohmann::json& object_;
  std::string pointer_;
  std::set<std::string> known_;
  std::optional<Error> error_;
};

/// What is wrong in the config file at `path`, with its name, and what to do where `error` does not
/// say.
tl::unexpected<Error> fail_in_file(const std::string& path, Error error);

}  // namespace countersign
