#include <nlohmann/json.hpp>

#include "tools/cli/nouns.h"
#include "tools/cli/session.h"
#include "tools/cli/string_list.h"
#include "tools/cli/table.h"

namespace countersign {
namespace {

const std::vector<Column> columns = {
    {"NAME", "name"}, {"PERMISSIONS", "permissions"}, {"DESCRIPTION", "description"}};

Result<ExitCode> print_set(const Result<nlohmann::json>& answer, Session& session) {
  if (!answer) return fail(answer.error());
  return session.print(
      *answer, table_text(nlohmann::json::array({field_of(*answer, "permission_set")}), columns));
}

nlohmann::json body_of(const Arguments& arguments) {
  nlohmann::json body = nlohmann::json::object();
  if (const auto strings = arguments.optional_text("--permissions"))
    body["permissions"] = list_from_commas(*strings);
  if (const auto text = arguments.optional_text("--description")) body["description"] = *text;
  return body;
}

OperationArguments route(const Arguments& arguments) {
  return {{"set", arguments.text("SET")}};
}

Result<ExitCode> create(const Arguments& arguments, Session& session) {
  nlohmann::json body = body_of(arguments);
  body["name"] = arguments.text("NAME");
  return print_set(session.perform("permission_set.create", {}, body), session);
}

Result<ExitCode> list(const Arguments&, Session& session) {
  const auto answer = session.perform("permission_set.list", {}, nullptr);
  if (!answer) return fail(answer.error());
  return session.print(*answer, table_text(field_of(*answer, "permission_sets"), columns));
}

Result<ExitCode> show(const Arguments& arguments, Session& session) {
  return print_set(session.perform("permission_set.show", route(arguments), nullptr), session);
}

Result<ExitCode> change(const Arguments& arguments, Session& session) {
  return print_set(session.perform("permission_set.change", route(arguments), body_of(arguments)),
                   session);
}

Result<ExitCode> remove(const Arguments& arguments, Session& session) {
  return print_set(session.perform("permission_set.delete", route(arguments), nullptr), session);
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
           create),
      verb("permission_set.list", {}, "countersign permission-set list", list),
      verb("permission_set.show", {set}, "countersign permission-set show watching", show),
      verb(
          "permission_set.change",
          {set, option("--permissions", "STRINGS", "All it is to hold, separated by commas"), text},
          "countersign permission-set change watching --permissions /auditing/", change),
      verb("permission_set.delete", {set}, "countersign permission-set delete watching", remove),
  };
}

}  // namespace countersign
