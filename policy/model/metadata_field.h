// A fact that a signing policy wants to be told about a request: a ticket, a commit, a build's URL.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace countersign {

enum class FieldKind {
  text,    ///< anything that check_text() accepts
  number,  ///< a whole number in decimal
  choice,  ///< one of the choices
  pattern  ///< all of it matches the pattern
};

struct MetadataField {
  std::string name;
  FieldKind kind = FieldKind::text;
  std::vector<std::string> choices = {};  ///< of a choice: 1 to 50, distinct
  std::string pattern = {};               ///< of a pattern: RE2's syntax, up to 200 bytes
  bool required = true;                   ///< whether a request has to fill it

  bool operator==(const MetadataField&) const = default;
};

/// Why the value is not of the field's kind. Errors: `bad_metadata`, which names the field.
/// Matching takes time in proportion to the value's length, whatever the pattern.
Status check_value(const MetadataField& field, std::string_view value);

/// Errors: `bad_field` with the JSON pointer.
Result<MetadataField> metadata_field_from_json(const nlohmann::json& document,
                                               const std::string& pointer);
nlohmann::json to_json(const MetadataField& field);

/// Whether what fills `after` surely fills `before` as well.
bool is_as_strict(const MetadataField& before, const MetadataField& after);

}  // namespace countersign
