#include <nlohmann/json.hpp>

#include "tools/cli/nouns.h"
#include "tools/cli/session.h"
#include "tools/cli/table.h"

namespace countersign {
namespace {

const std::vector<Column> delegation_columns = {
    {"DELEGATION", "id"}, {"OF", "delegator"}, {"TO", "delegate"},  {"STATE", "state"},
    {"FROM", "from"},     {"UNTIL", "until"},  {"REASON", "reason"}};

Result<ExitCode> print_delegation(const Result<nlohmann::json>& answer, Session& session) {
  if (!answer) return fail(answer.error());
  return session.print(*answer, table_text(nlohmann::json::array({field_of(*answer, "delegation")}),
                                           delegation_columns));
}

Result<ExitCode> create_delegation(const Arguments& arguments, Session& session) {
  nlohmann::json body{{"delegate", arguments.text("COLLEAGUE")},
                      {"until", arguments.text("--until")},
                      {"reason", arguments.text("--reason")}};
  if (const auto from = arguments.optional_text("--from")) body["from"] = *from;
  return print_delegation(session.perform("delegation.create", {}, body), session);
}

Result<ExitCode> list_delegations(const Arguments& /*arguments*/, Session& session) {
  const auto answer = session.perform("delegation.list", {}, nullptr);
  if (!answer) return fail(answer.error());
  return session.print(*answer, table_text(field_of(*answer, "delegations"), delegation_columns));
}

Result<ExitCode> end_delegation(const Arguments& arguments, Session& session) {
  return print_delegation(
      session.perform("delegation.end", {{"delegation", arguments.text("DELEGATION")}},
                      nlohmann::json::object()),
      session);
}

}  // namespace

std::vector<Verb> delegation_verbs() {
  return {
      verb("delegation.create",
           {word("COLLEAGUE", "Account of the person who answers in your place"),
            required_option("--until", "TIME", "When it is over, like 2027-01-04T06:00:00Z"),
            option("--from", "TIME", "When it begins; now if left out"),
            required_option("--reason", "TEXT", "Why; it is recorded")},
           "countersign delegation create bob --until 2027-01-04T06:00:00Z --reason 'holiday'",
           create_delegation),
      verb("delegation.list", {}, "countersign delegation list", list_delegations),
      verb("delegation.end", {number("DELEGATION", "Number of the delegation")},
           "countersign delegation end 3", end_delegation),
  };
}

}  // namespace countersign
