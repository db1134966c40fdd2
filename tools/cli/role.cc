#include <nlohmann/json.hpp>

#include "tools/cli/input_file.h"
#include "tools/cli/nouns.h"
#include "tools/cli/passing_verb.h"
#include "tools/cli/session.h"

namespace countersign {
namespace {

const std::vector<Column> role_columns = {{"NAME", "name"},
                                          {"PERMISSION SET", "permission_set"},
                                          {"PERMISSIONS", "permissions"},
                                          {"DESCRIPTION", "description"}};
const std::vector<Column> role_lines = {{"name", "name"},
                                        {"description", "description"},
                                        {"permission set", "permission_set"},
                                        {"permissions", "permissions"},
                                        {"without operations", "without_operations"},
                                        {"held by", "holder_names"}};

Result<ExitCode> print_role(const nlohmann::json& answer, Session& session) {
  nlohmann::json role = field_of(answer, "role");
  role["holder_names"] = nlohmann::json::array();
  for (const auto& each : field_of(role, "holders"))
    role["holder_names"].push_back(field_text(each, "name"));
  return session.print(answer, details_text(role, role_lines));
}

constexpr std::size_t largest_role = 512 * 1024;

const std::vector<Column> report = {{"PERMISSION", "given"},
                                    {"STRING", "string"},
                                    {"RESULT", "result"},
                                    {"WHY", "reason"},
                                    {"NOTE", "note"}};
const std::vector<Column> claim_report = {{"CLAIM", "type"},        {"VALUE", "value"},
                                          {"PROVIDER", "provider"}, {"RESULT", "result"},
                                          {"HOLDER", "holder"},     {"WHY", "reason"}};

Result<ExitCode> import_file(const Arguments& arguments, Session& session) {
  auto document = read_json_file("role file", arguments.text("FILE"), largest_role);
  if (!document) return fail(document.error());
  nlohmann::json body = {{"document", std::move(*document)}};
  if (const auto name = arguments.optional_text("--name")) body["name"] = *name;
  if (const auto set = arguments.optional_text("--permission-set")) body["permission_set"] = *set;
  const auto answer = session.perform("role.import", {}, body);
  if (!answer) return fail(answer.error());
  std::string text = table_text(field_of(*answer, "report"), report);
  if (const auto& claims = field_of(*answer, "claims"); !claims.empty())
    text += table_text(claims, claim_report);
  if (!field_of(*answer, "ignored").empty())
    session.note("ignored fields: " + field_text(*answer, "ignored"));
  return session.print(*answer, text);
}

}  // namespace

std::vector<Verb> role_verbs() {
  const Parameter role = word("ROLE", "Name of the role");
  const Parameter holder = word("PRINCIPAL", "Name of an account or a group, or a claim");
  const Parameter set = option("--permission-set", "SET", "The set that caps it; Global if new");
  const Parameter text = option("--description", "TEXT", "What it is for");
  return {
      passing_verb(
          "role.create",
          {word("NAME", "Name of the role"),
           required_list("--permissions", "STRINGS", "Permission strings, separated by commas"),
           set, text},
          "countersign role create log-reader --permissions /auditing/read/", print_role),
      verb("role.import",
           {word("FILE", "JSON document of the role"),
            option("--name", "NAME", "Its name here, in place of the document's"),
            option("--permission-set", "SET", "The set that caps it, in place of the document's")},
           "countersign role import power-users.json --name power-users", import_file),
      passing_verb("role.list", {}, "countersign role list", rows_of("roles", role_columns)),
      passing_verb("role.show", {role}, "countersign role show log-reader", print_role),
      passing_verb(
          "role.change",
          {role, list_option("--permissions", "STRINGS", "All it is to hold, separated by commas"),
           set, text},
          "countersign role change log-reader --permissions /auditing/read/,/signers/read/",
          print_role),
      passing_verb("role.delete", {role}, "countersign role delete log-reader", print_role),
      passing_verb("role.grant", {role, holder}, "countersign role grant log-reader auditors",
                   print_role),
      passing_verb("role.revoke", {role, holder}, "countersign role revoke log-reader auditors",
                   print_role),
  };
}

}  // namespace countersign
