#include <nlohmann/json.hpp>

#include "tools/cli/nouns.h"
#include "tools/cli/session.h"
#include "tools/cli/string_list.h"
#include "tools/cli/table.h"

namespace countersign {
namespace {

const std::vector<Column> permission_set_columns = {
    {"NAME", "name"}, {"PERMISSIONS", "permissions"}, {"DESCRIPTION", "description"}};

Result<ExitCode> print_set(const Result<nlohmann::json>& answer, Session& session) {
  if (!answer) return fail(answer.error());
  return session.print(*answer,
                       table_text(nlohmann::json::array({field_of(*answer, "permission_set")}),
                                  permission_set_columns));
}

nlohmann::json permission_set_body(const Arguments& arguments) {
  nlohmann::json body = nlohmann::json::object();
  if (const auto strings = arguments.optional_text("--permissions"))
    body["permissions"] = list_from_commas(*strings);
  if (const auto text = arguments.optional_text("--description")) body["description"] = *text;
  return body;
}

OperationArguments permission_set_route(const Arguments& arguments) {
  return {{"set", arguments.text("SET")}};
}

Result<ExitCode> create_permission_set(const Arguments& arguments, Session& session) {
  nlohmann::json body = permission_set_body(arguments);
  body["name"] = arguments.text("NAME");
  return print_set(session.perform("permission_set.create", {}, body), session);
}

Result<ExitCode> list_permission_sets(const Arguments&, Session& session) {
  const auto answer = session.perform("permission_set.list", {}, nullptr);
  if (!answer) return fail(answer.error());
  return session.print(*answer,
                       table_text(field_of(*answer, "permission_sets"), permission_set_columns));
}

Result<ExitCode> show_permission_set(const Arguments& arguments, Session& session) {
  return print_set(session.perform("permission_set.show", permission_set_route(arguments), nullptr),
                   session);
}

Result<ExitCode> change_permission_set(const Arguments& arguments, Session& session) {
  return print_set(session.perform("permission_set.change", permission_set_route(arguments),
                                   permission_set_body(arguments)),
                   session);
}

Result<ExitCode> remove_permission_set(const Arguments& arguments, Session& session) {
  return print_set(
      session.perform("permission_set.delete", permission_set_route(arguments), nullptr), session);
}

}  // namespace

std::vector<Verb> permission_set_verbs() {
  const Parameter set = word("SET", "Name of the permission set");
  const Parameter text = option("--description", "TEXT", "What it is for");
  return {
      verb("permission_set.create",
           {word("NAME", "Name of the permission set"),
            required_option("--permissions", "STRINGS", "Permission strings, separated by commas"),
            text},
           "countersign permission-set create watching --permissions /auditing/,/signers/read/",
           create_permission_set),
      verb("permission_set.list", {}, "countersign permission-set list", list_permission_sets),
      verb("permission_set.show", {set}, "countersign permission-set show watching",
           show_permission_set),
      verb(
          "permission_set.change",
          {set, option("--permissions", "STRINGS", "All it is to hold, separated by commas"), text},
          "countersign permission-set change watching --permissions /auditing/",
          change_permission_set),
      verb("permission_set.delete", {set}, "countersign permission-set delete watching",
           remove_permission_set),
  };
}

}  // namespace countersign
