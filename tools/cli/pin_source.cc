#include <nlohmann/json.hpp>

#include "tools/cli/nouns.h"
#include "tools/cli/session.h"
#include "tools/cli/table.h"

namespace countersign {
namespace {

const std::vector<Column> columns = {{"NUMBER", "id"},
                                     {"HSM", "hsm"},
                                     {"KIND", "kind"},
                                     {"FROM", "from"},
                                     {"DESCRIPTION", "description"}};

OperationArguments route(const Arguments& arguments) {
  return {{"source", arguments.text("SOURCE")}};
}

Result<ExitCode> print_source(const Result<nlohmann::json>& answer, Session& session) {
  if (!answer) return fail(answer.error());
  return session.print(
      *answer, table_text(nlohmann::json::array({field_of(*answer, "pin_source")}), columns));
}

Result<ExitCode> list(const Arguments&, Session& session) {
  const auto answer = session.perform("pin_source.list", {}, nullptr);
  if (!answer) return fail(answer.error());
  return session.print(*answer, table_text(field_of(*answer, "pin_sources"), columns));
}

Result<ExitCode> show(const Arguments& arguments, Session& session) {
  return print_source(session.perform("pin_source.show", route(arguments), nullptr), session);
}

Result<ExitCode> describe(const Arguments& arguments, Session& session) {
  return print_source(session.perform("pin_source.describe", route(arguments),
                                      {{"description", arguments.text("--description")}}),
                      session);
}

Result<ExitCode> retry(const Arguments& arguments, Session& session) {
  return print_source(session.perform("pin_source.retry", route(arguments), nullptr), session);
}

}  // namespace

std::vector<Verb> pin_source_verbs() {
  const Parameter source = word("SOURCE", "Number of the source, or name of its token");
  return {
      verb("pin_source.list", {}, "countersign pin-source list", list),
      verb("pin_source.show", {source}, "countersign pin-source show lab", show),
      verb("pin_source.describe",
           {source, required_option("--description", "TEXT", "What people should know of it")},
           "countersign pin-source describe lab --description 'changed each spring'", describe),
      verb("pin_source.retry", {source}, "countersign pin-source retry lab", retry),
  };
}

}  // namespace countersign
