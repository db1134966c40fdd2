#include <nlohmann/json.hpp>

#include "tools/cli/nouns.h"
#include "tools/cli/session.h"
#include "tools/cli/table.h"
#include "tools/cli/waiting_change.h"

namespace countersign {
namespace {

const std::vector<Column> columns = {{"NAME", "name"}, {"DESCRIPTION", "description"}};
const std::vector<Column> member_columns = {{"MEMBER", "name"}, {"KIND", "kind"}};

Result<ExitCode> print_group(const Result<nlohmann::json>& answer, Session& session) {
  if (!answer) return fail(answer.error());
  if (is_waiting(*answer)) return print_waiting(*answer, session);
  const auto& group = field_of(*answer, "group");
  return session.print(*answer, table_text(nlohmann::json::array({group}), columns));
}

OperationArguments route(const Arguments& arguments) {
  OperationArguments parts{{"group", arguments.text("GROUP")}};
  if (arguments.has("PRINCIPAL")) parts["principal"] = arguments.text("PRINCIPAL");
  if (arguments.has("--force")) parts["force"] = "1";
  return parts;
}

Result<ExitCode> create(const Arguments& arguments, Session& session) {
  nlohmann::json body = {{"name", arguments.text("NAME")}};
  if (const auto text = arguments.optional_text("--description")) body["description"] = *text;
  return print_group(session.perform("group.create", {}, body), session);
}

Result<ExitCode> list(const Arguments&, Session& session) {
  const auto answer = session.perform("group.list", {}, nullptr);
  if (!answer) return fail(answer.error());
  return session.print(*answer, table_text(field_of(*answer, "groups"), columns));
}

Result<ExitCode> show(const Arguments& arguments, Session& session) {
  const auto answer = session.perform("group.show", route(arguments), nullptr);
  if (!answer) return fail(answer.error());
  return session.print(*answer,
                       table_text(field_of(field_of(*answer, "group"), "members"), member_columns));
}

Result<ExitCode> change(const Arguments& arguments, Session& session) {
  return print_group(session.perform("group.change", route(arguments),
                                     {{"description", arguments.text("--description")}}),
                     session);
}

Result<ExitCode> remove(const Arguments& arguments, Session& session) {
  return print_group(session.perform("group.delete", route(arguments), nullptr), session);
}

Result<ExitCode> add_member(const Arguments& arguments, Session& session) {
  return print_group(session.perform("group.add", route(arguments), nullptr), session);
}

Result<ExitCode> remove_member(const Arguments& arguments, Session& session) {
  return print_group(session.perform("group.remove", route(arguments), nullptr), session);
}

}  // namespace

std::vector<Verb> group_verbs() {
  const Parameter group = word("GROUP", "Name of the group");
  const Parameter member = word("PRINCIPAL", "Name of an account or a group, or a claim");
  const Parameter force = flag("--force", "Freeze a signer that loses those it needs");
  return {
      verb("group.create",
           {word("NAME", "Name of the group"), option("--description", "TEXT", "What it is for")},
           "countersign group create auditors", create),
      verb("group.list", {}, "countersign group list", list),
      verb("group.show", {group}, "countersign group show auditors", show),
      verb("group.change", {group, required_option("--description", "TEXT", "What it is for")},
           "countersign group change auditors --description 'who reads the log'", change),
      verb("group.delete", {group, force}, "countersign group delete auditors", remove),
      verb("group.add", {group, member}, "countersign group add auditors engineer", add_member),
      verb("group.remove", {group, member, force}, "countersign group remove auditors engineer",
           remove_member),
  };
}

}  // namespace countersign
