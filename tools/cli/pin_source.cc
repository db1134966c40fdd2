#include <nlohmann/json.hpp>

#include "tools/cli/nouns.h"
#include "tools/cli/session.h"
#include "tools/cli/table.h"

namespace countersign {
namespace {

const std::vector<Column> pin_source_columns = {{"NUMBER", "id"},
                                                {"HSM", "hsm"},
                                                {"KIND", "kind"},
                                                {"FROM", "from"},
                                                {"DESCRIPTION", "description"}};

OperationArguments pin_source_route(const Arguments& arguments) {
  return {{"source", arguments.text("SOURCE")}};
}

Result<ExitCode> print_source(const Result<nlohmann::json>& answer, Session& session) {
  if (!answer) return fail(answer.error());
  return session.print(*answer, table_text(nlohmann::json::array({field_of(*answer, "pin_source")}),
                                           pin_source_columns));
}

Result<ExitCode> list_pin_sources(const Arguments&, Session& session) {
  const auto answer = session.perform("pin_source.list", {}, nullptr);
  if (!answer) return fail(answer.error());
  return session.print(*answer, table_text(field_of(*answer, "pin_sources"), pin_source_columns));
}

Result<ExitCode> show_pin_source(const Arguments& arguments, Session& session) {
  return print_source(session.perform("pin_source.show", pin_source_route(arguments), nullptr),
                      session);
}

Result<ExitCode> describe(const Arguments& arguments, Session& session) {
  return print_source(session.perform("pin_source.describe", pin_source_route(arguments),
                                      {{"description", arguments.text("--description")}}),
                      session);
}

Result<ExitCode> retry_pin_source(const Arguments& arguments, Session& session) {
  return print_source(session.perform("pin_source.retry", pin_source_route(arguments), nullptr),
                      session);
}

}  // namespace

std::vector<Verb> pin_source_verbs() {
  const Parameter source = word("SOURCE", "Number of the source, or name of its token");
  return {
      verb("pin_source.list", {}, "countersign pin-source list", list_pin_sources),
      verb("pin_source.show", {source}, "countersign pin-source show lab", show_pin_source),
      verb("pin_source.describe",
           {source, required_option("--description", "TEXT", "What people should know of it")},
           "countersign pin-source describe lab --description 'changed each spring'", describe),
      verb("pin_source.retry", {source}, "countersign pin-source retry lab", retry_pin_source),
  };
}

}  // namespace countersign
