#include <nlohmann/json.hpp>

#include "tools/cli/nouns.h"
#include "tools/cli/session.h"
#include "tools/cli/table.h"
#include "tools/cli/waiting_change.h"

namespace countersign {
namespace {

const std::vector<Column> change_columns = {{"CHANGE", "id"},
                                            {"OPERATION", "operation"},
                                            {"REQUESTER", "requester"},
                                            {"STATE", "state"},
                                            {"EFFECT", "effect"}};

Result<ExitCode> print_change(const Result<nlohmann::json>& answer, Session& session) {
  if (!answer) return fail(answer.error());
  return session.print(*answer, change_text(field_of(*answer, "change")));
}

OperationArguments change_route(const Arguments& arguments) {
  return {{"change", arguments.text("CHANGE")}};
}

nlohmann::json change_body(const Arguments& arguments) {
  nlohmann::json body = nlohmann::json::object();
  if (const auto text = arguments.optional_text("--comment")) body["comment"] = *text;
  return body;
}

Result<ExitCode> list_changes(const Arguments& arguments, Session& session) {
  OperationArguments query;
  if (const auto state = arguments.optional_text("--state")) query["state"] = *state;
  const auto answer = session.perform("change.list", query, nullptr);
  if (!answer) return fail(answer.error());
  return session.print(*answer, table_text(field_of(*answer, "changes"), change_columns));
}

Result<ExitCode> show_change(const Arguments& arguments, Session& session) {
  return print_change(session.perform("change.show", change_route(arguments), nullptr), session);
}

Result<ExitCode> consent(const Arguments& arguments, Session& session) {
  return print_change(
      session.perform("change.consent", change_route(arguments), change_body(arguments)), session);
}

Result<ExitCode> reject_change(const Arguments& arguments, Session& session) {
  return print_change(
      session.perform("change.reject", change_route(arguments), change_body(arguments)), session);
}

}  // namespace

std::vector<Verb> change_verbs() {
  const Parameter change = number("CHANGE", "Number of the change");
  return {
      verb("change.list",
           {option("--state", "STATE",
                   "pending, applied, rejected, cancelled, stale or expired; all if left out")},
           "countersign change list --state pending", list_changes),
      verb("change.show", {change}, "countersign change show 3", show_change),
      verb("change.consent", {change, option("--comment", "TEXT", "A word with it")},
           "countersign change consent 3", consent),
      verb("change.reject", {change, required_option("--comment", "TEXT", "Why; it is recorded")},
           "countersign change reject 3 --comment 'not before the audit'", reject_change),
  };
}

}  // namespace countersign
