#include <nlohmann/json.hpp>

#include "tools/cli/nouns.h"
#include "tools/cli/session.h"
#include "tools/cli/table.h"
#include "tools/cli/waiting_change.h"

namespace countersign {
namespace {

const std::vector<Column> freeze_columns = {
    {"FREEZE", "id"},     {"STATE", "state"},   {"FROM", "from"},        {"UNTIL", "until"},
    {"AUTHOR", "author"}, {"REASON", "reason"}, {"ENDED EARLY", "ended"}};
const std::vector<Column> freeze_lines = {{"freeze window", "id"}, {"state", "state"},
                                          {"from", "from"},        {"until", "until"},
                                          {"reason", "reason"},    {"ended early", "ended"}};

Result<ExitCode> print_freeze(const Result<nlohmann::json>& answer, Session& session) {
  if (!answer) return fail(answer.error());
  if (is_waiting(*answer)) return print_waiting(*answer, session);
  return session.print(*answer, details_text(field_of(*answer, "freeze"), freeze_lines));
}

Result<ExitCode> create_freeze(const Arguments& arguments, Session& session) {
  nlohmann::json body{{"until", arguments.text("--until")}, {"reason", arguments.text("--reason")}};
  if (const auto from = arguments.optional_text("--from")) body["from"] = *from;
  return print_freeze(session.perform("freeze.create", {}, body), session);
}

Result<ExitCode> list_freezes(const Arguments& /*arguments*/, Session& session) {
  const auto answer = session.perform("freeze.list", {}, nullptr);
  if (!answer) return fail(answer.error());
  return session.print(*answer, table_text(field_of(*answer, "freezes"), freeze_columns));
}

Result<ExitCode> end_freeze(const Arguments& arguments, Session& session) {
  return print_freeze(session.perform("freeze.end", {{"freeze", arguments.text("FREEZE")}},
                                      {{"reason", arguments.text("--reason")}}),
                      session);
}

}  // namespace

std::vector<Verb> freeze_verbs() {
  const Parameter reason = required_option("--reason", "TEXT", "Why; it is recorded");
  return {
      verb("freeze.create",
           {required_option("--until", "TIME", "When it is over, like 2027-01-04T06:00:00Z"),
            option("--from", "TIME", "When it begins; now if left out"), reason},
           "countersign freeze create --until 2027-01-04T06:00:00Z --reason 'end of the year'",
           create_freeze),
      verb("freeze.list", {}, "countersign freeze list", list_freezes),
      verb("freeze.end", {number("FREEZE", "Number of the freeze window"), reason},
           "countersign freeze end 3 --reason 'the audit is over'", end_freeze),
  };
}

}  // namespace countersign
