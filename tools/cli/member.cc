#include <nlohmann/json.hpp>

#include "tools/cli/nouns.h"
#include "tools/cli/session.h"
#include "tools/cli/table.h"
#include "tools/cli/waiting_change.h"

namespace countersign {
namespace {

const std::vector<Column> member_columns = {{"MEMBER", "name"}, {"KIND", "kind"}, {"ROLE", "role"}};

OperationArguments member_route(const Arguments& arguments) {
  return {{"signer", arguments.text("SIGNER")}, {"principal", arguments.text("PRINCIPAL")}};
}

Result<ExitCode> print_member(const Result<nlohmann::json>& answer, Session& session) {
  if (!answer) return fail(answer.error());
  if (is_waiting(*answer)) return print_waiting(*answer, session);
  return session.print(
      *answer, table_text(nlohmann::json::array({field_of(*answer, "member")}), member_columns));
}

Result<ExitCode> add_member(const Arguments& arguments, Session& session) {
  nlohmann::json body{{"role", arguments.text("--role")}};
  if (arguments.has("--force")) body["force"] = true;
  return print_member(session.perform("member.add", member_route(arguments), body), session);
}

Result<ExitCode> list_members(const Arguments& arguments, Session& session) {
  const auto answer =
      session.perform("member.list", {{"signer", arguments.text("SIGNER")}}, nullptr);
  if (!answer) return fail(answer.error());
  return session.print(*answer, table_text(field_of(*answer, "members"), member_columns));
}

Result<ExitCode> remove_member(const Arguments& arguments, Session& session) {
  OperationArguments parts = member_route(arguments);
  if (arguments.has("--force")) parts["force"] = "1";
  return print_member(session.perform("member.remove", parts, nullptr), session);
}

}  // namespace

std::vector<Verb> member_verbs() {
  const Parameter signer = word("SIGNER", "Name or number of the signer");
  const Parameter principal = word("PRINCIPAL", "Name of an account or a group, or a claim");
  const Parameter force = flag("--force", "Freeze the signer if it loses those it needs");
  return {
      verb("member.add",
           {signer, principal, required_option("--role", "ROLE", "admin, operator or auditor"),
            force},
           "countersign member add release engineer --role operator", add_member),
      verb("member.list", {signer}, "countersign member list release", list_members),
      verb("member.remove", {signer, principal, force},
           "countersign member remove release engineer", remove_member),
  };
}

}  // namespace countersign
