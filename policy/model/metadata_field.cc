#include "policy/model/metadata_field.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "core/json_reader.h"
#include "core/text.h"

namespace countersign {
namespace {

constexpr std::size_t most_choices = 50;
constexpr std::size_t longest_pattern = 200;
constexpr std::int64_t most_memory = 64 * 1024;

constexpr std::array<std::string_view, 4> kind_names{"text", "number", "choice", "pattern"};

std::string_view to_text(FieldKind kind) {
  return kind_names.at(static_cast<std::size_t>(kind));
}

/// RE2 matches in linear time; a pattern that would need much memory is no pattern to it.
RE2::Options pattern_options() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(most_memory);
  return options;
}

FieldKind read_kind(JsonReader& in) {
  const std::string text = in.text("kind");
  const auto found = std::ranges::find(kind_names, text);
  if (found == kind_names.end()) {
    in.refuse("kind", "is none of text, number, choice, pattern");
    return FieldKind::text;
  }
  return static_cast<FieldKind>(found - kind_names.begin());
}

void read_choices(JsonReader& in, MetadataField& field) {
  field.choices = in.texts("choices");
  if (field.choices.empty() || field.choices.size() > most_choices)
    in.refuse("choices", "needs 1 to " + std::to_string(most_choices));
  for (const std::string& each : field.choices)
    if (!check_text("the choice", each)) in.refuse("choices", "has one that is no text");
  if (std::set(field.choices.begin(), field.choices.end()).size() != field.choices.size())
    in.refuse("choices", "has one twice");
}

void read_pattern(JsonReader& in, MetadataField& field) {
  field.pattern = in.text("pattern");
  if (!check_text("the pattern", field.pattern) || field.pattern.size() > longest_pattern)
    in.refuse("pattern", "is not 1 to " + std::to_string(longest_pattern) + " bytes of text");
  else if (const RE2 compiled(field.pattern, pattern_options()); !compiled.ok())
    in.refuse("pattern", "is no pattern: " + printable(compiled.error()),
              "write it in RE2's syntax: [A-Z]+-[0-9]+");
}

}  // namespace

Status check_value(const MetadataField& field, std::string_view value) {
  const auto refuse = [&](const std::string& why) {
    return fail(ErrorKind::invalid, "bad_metadata", "the field " + field.name + " " + why,
                "fill it with: --metadata " + field.name + "=…");
  };
  if (!check_text("the value", value))
    return refuse("is empty, too long or has control characters");
  switch (field.kind) {
    case FieldKind::text:
      return {};
    case FieldKind::number:
      if (!whole_number(value)) return refuse("is not a whole number");
      return {};
    case FieldKind::choice:
      if (std::ranges::find(field.choices, value) == field.choices.end()) {
        std::string choices;
        for (const std::string& each : field.choices)
          choices += (choices.empty() ? "" : ", ") + each;
        return refuse("is none of " + choices);
      }
      return {};
    case FieldKind::pattern: {
      const RE2 compiled(field.pattern, pattern_options());
      if (!compiled.ok() || !RE2::FullMatch(re2::StringPiece(value.data(), value.size()), compiled))
        return refuse("does not match " + field.pattern);
      return {};
    }
  }
  return refuse("is of no known kind");
}

Result<MetadataField> metadata_field_from_json(const nlohmann::json& document,
                                               const std::string& pointer) {
  JsonReader in(document, pointer);
  MetadataField field;
  field.name = in.text("name");
  if (auto ok = check_name("field name", field.name); !ok) in.refuse("name", ok.error().message);
  field.kind = read_kind(in);
  if (field.kind == FieldKind::choice) read_choices(in, field);
  if (field.kind == FieldKind::pattern) read_pattern(in, field);
  field.required = in.flag("required", true);
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return field;
}

nlohmann::json to_json(const MetadataField& field) {
  nlohmann::json document{
      {"name", field.name}, {"kind", to_text(field.kind)}, {"required", field.required}};
  if (field.kind == FieldKind::choice) document["choices"] = field.choices;
  if (field.kind == FieldKind::pattern) document["pattern"] = field.pattern;
  return document;
}

bool is_as_strict(const MetadataField& before, const MetadataField& after) {
  if (before.required && !after.required) return false;
  if (after.kind == FieldKind::choice)
    return std::ranges::all_of(after.choices, [&](const std::string& each) {
      return check_value(before, each).has_value();
    });
  return before.kind == FieldKind::text ||
         (before.kind == after.kind && before.pattern == after.pattern);
}

}  // namespace countersign
