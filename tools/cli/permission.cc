#include <nlohmann/json.hpp>

#include "core/text.h"
#include "policy/model/permissions/permission.h"
#include "tools/cli/nouns.h"
#include "tools/cli/session.h"
#include "tools/cli/table.h"

namespace countersign {
namespace {

using nlohmann::json;

json operation_names(const std::vector<const Operation*>& operations) {
  json names = json::array();
  for (const Operation* each : operations) names.push_back(each->name);
  return names;
}

json to_json(const CatalogueEntry& entry) {
  json older = json::array();
  for (const OlderName* each : older_names_of(entry)) older.push_back(each->name);
  return {{"string", entry.string},
          {"level", to_text(entry.level)},
          {"title", entry.title},
          {"description", entry.description},
          {"by_membership", entry.by_membership},
          {"v1", std::move(older)},
          {"operations", operation_names(operations_behind(entry))}};
}

json to_json(const OlderName& older) {
  json strings = json::array();
  json operations = json::array();
  for (const std::string_view string : older.strings) {
    if (string.empty()) continue;
    strings.push_back(string);
    for (auto& each : operation_names(operations_behind(*find_entry(string))))
      operations.push_back(each);
  }
  json object = {{"name", older.name},
                 {"section", older.section},
                 {"title", older.title},
                 {"description", older.description},
                 {"v2", std::move(strings)},
                 {"relation", to_text(older.relation)},
                 {"operations", std::move(operations)}};
  if (!older.exception.empty()) object["exception"] = older.exception;
  return object;
}

template <class Row>
json list_of(std::span<const Row> rows) {
  json list_permissions = json::array();
  for (const Row& each : rows) list_permissions.push_back(to_json(each));
  return {{"permissions", std::move(list_permissions)}};
}

/// The table shows how many operations there are; `permission show` names them.
std::string list_text(json answer, const std::vector<Column>& columns) {
  for (json& each : answer["permissions"])
    each["operations"] = std::to_string(each["operations"].size());
  return table_text(answer["permissions"], columns);
}

Result<ExitCode> list_permissions(const Arguments& arguments, Session& session) {
  if (arguments.has("--v1")) {
    const json answer = list_of(older_names());
    return session.print(answer, list_text(answer, {{"NAME", "name"},
                                                    {"STRINGS", "v2"},
                                                    {"RELATION", "relation"},
                                                    {"OPERATIONS", "operations"}}));
  }
  const json answer = list_of(catalogue());
  return session.print(answer, list_text(answer, {{"STRING", "string"},
                                                  {"LEVEL", "level"},
                                                  {"BY MEMBERSHIP", "by_membership"},
                                                  {"OPERATIONS", "operations"},
                                                  {"TITLE", "title"}}));
}

/// The entry of `text`, which has `#` or a number for the object.
Result<const CatalogueEntry*> entry_of(const std::string& text) {
  if (const CatalogueEntry* const entry = find_entry(text)) return entry;
  const auto permission = Permission::parse(text);
  if (!permission) return fail(permission.error());
  return &permission->entry();
}

Result<ExitCode> show_older(const std::string& name, Session& session) {
  const OlderName* const older = find_older_name(name);
  if (older == nullptr)
    return fail(ErrorKind::not_found, "unknown_permission_name",
                "there is no older name \"" + printable(name.substr(0, longest_permission)) + "\"",
                "write it as `countersign permission list --v1` does: \"Area: Permission\"");
  const json answer = to_json(*older);
  return session.print({{"permission", answer}},
                       details_text(answer, {{"name", "name"},
                                             {"section", "section"},
                                             {"title", "title"},
                                             {"strings", "v2"},
                                             {"relation", "relation"},
                                             {"exception", "exception"},
                                             {"operations", "operations"},
                                             {"description", "description"}}));
}

Result<ExitCode> show_permission(const Arguments& arguments, Session& session) {
  if (arguments.has("--v1")) return show_older(arguments.text("PERMISSION"), session);
  const auto entry = entry_of(arguments.text("PERMISSION"));
  if (!entry) return fail(entry.error());
  const json answer = to_json(**entry);
  return session.print({{"permission", answer}},
                       details_text(answer, {{"string", "string"},
                                             {"level", "level"},
                                             {"title", "title"},
                                             {"by membership", "by_membership"},
                                             {"older names", "v1"},
                                             {"operations", "operations"},
                                             {"description", "description"}}));
}

}  // namespace

std::vector<Verb> permission_verbs() {
  const Parameter older = flag("--v1", "The older names, \"Area: Permission\", instead of strings");
  return {
      {"permission list",
       "List every permission string there is, without asking a gateway",
       nullptr,
       {older},
       "countersign permission list",
       list_permissions},
      {"permission show",
       "Show one permission string and the operations behind it",
       nullptr,
       {word("PERMISSION", "A string, with # or a number for its object; with --v1 an older name"),
        older},
       "countersign permission show /security/read/",
       show_permission},
  };
}

}  // namespace countersign
