#include <nlohmann/json.hpp>

#include "tools/cli/nouns.h"
#include "tools/cli/session.h"
#include "tools/cli/table.h"
#include "tools/cli/waiting_change.h"

namespace countersign {
namespace {

const std::vector<Column> group_columns = {{"NAME", "name"}, {"DESCRIPTION", "description"}};
const std::vector<Column> group_member_columns = {{"MEMBER", "name"}, {"KIND", "kind"}};

Result<ExitCode> print_group(const Result<nlohmann::json>& answer, Session& session) {
  if (!answer) return fail(answer.error());
  if (is_waiting(*answer)) return print_waiting(*answer, session);
  const auto& group = field_of(*answer, "group");
  return session.print(*answer, table_text(nlohmann::json::array({group}), group_columns));
}

OperationArguments group_route(const Arguments& arguments) {
  OperationArguments parts{{"group", arguments.text("GROUP")}};
  if (arguments.has("PRINCIPAL")) parts["principal"] = arguments.text("PRINCIPAL");
  if (arguments.has("--force")) parts["force"] = "1";
  return parts;
}

Result<ExitCode> create_group(const Arguments& arguments, Session& session) {
  nlohmann::json body = {{"name", arguments.text("NAME")}};
  if (const auto text = arguments.optional_text("--description")) body["description"] = *text;
  return print_group(session.perform("group.create", {}, body), session);
}

Result<ExitCode> list_groups(const Arguments&, Session& session) {
  const auto answer = session.perform("group.list", {}, nullptr);
  if (!answer) return fail(answer.error());
  return session.print(*answer, table_text(field_of(*answer, "groups"), group_columns));
}

Result<ExitCode> show_group(const Arguments& arguments, Session& session) {
  const auto answer = session.perform("group.show", group_route(arguments), nullptr);
  if (!answer) return fail(answer.error());
  return session.print(
      *answer, table_text(field_of(field_of(*answer, "group"), "members"), group_member_columns));
}

Result<ExitCode> change_group(const Arguments& arguments, Session& session) {
  return print_group(session.perform("group.change", group_route(arguments),
                                     {{"description", arguments.text("--description")}}),
                     session);
}

Result<ExitCode> remove_group(const Arguments& arguments, Session& session) {
  return print_group(session.perform("group.delete", group_route(arguments), nullptr), session);
}

Result<ExitCode> add_group_member(const Arguments& arguments, Session& session) {
  return print_group(session.perform("group.add", group_route(arguments), nullptr), session);
}

Result<ExitCode> remove_group_member(const Arguments& arguments, Session& session) {
  return print_group(session.perform("group.remove", group_route(arguments), nullptr), session);
}

}  // namespace

std::vector<Verb> group_verbs() {
  const Parameter group = word("GROUP", "Name of the group");
  const Parameter member = word("PRINCIPAL", "Name of an account or a group, or a claim");
  const Parameter force = flag("--force", "Freeze a signer that loses those it needs");
  return {
      verb("group.create",
           {word("NAME", "Name of the group"), option("--description", "TEXT", "What it is for")},
           "countersign group create auditors", create_group),
      verb("group.list", {}, "countersign group list", list_groups),
      verb("group.show", {group}, "countersign group show auditors", show_group),
      verb("group.change", {group, required_option("--description", "TEXT", "What it is for")},
           "countersign group change auditors --description 'who reads the log'", change_group),
      verb("group.delete", {group, force}, "countersign group delete auditors", remove_group),
      verb("group.add", {group, member}, "countersign group add auditors engineer",
           add_group_member),
      verb("group.remove", {group, member, force}, "countersign group remove auditors engineer",
           remove_group_member),
  };
}

}  // namespace countersign
