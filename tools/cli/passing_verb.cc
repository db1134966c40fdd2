#include "tools/cli/passing_verb.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/text.h"
#include "tools/cli/session.h"
#include "tools/cli/string_list.h"
#include "tools/cli/waiting_change.h"

namespace countersign {
namespace {

using nlohmann::json;

/// "check_every" of "--check-every", "container" of "CONTAINER".
std::string field_name(const Parameter& parameter) {
  std::string name = fold_case(parameter.name);
  name.erase(0, name.find_first_not_of('-'));
  std::ranges::replace(name, '-', '_');
  return name;
}

json field_value(const Parameter& parameter, const Arguments& arguments) {
  if (parameter.kind == Parameter::Kind::flag) return true;
  if (parameter.value == Parameter::Value::number)
    return *arguments.optional_number(parameter.name);
  const std::string text = arguments.text(parameter.name);
  return parameter.value == Parameter::Value::list ? list_from_commas(text) : json(text);
}

Result<json> pass_on(const Operation& row, const std::vector<Parameter>& parameters,
                     const Arguments& arguments, Session& session) {
  OperationArguments parts;
  json body = row.takes == Takes::body ? json::object() : json(nullptr);
  for (const Parameter& each : parameters) {
    if (!arguments.has(each.name)) continue;
    const std::string name = field_name(each);
    if (row.takes == Takes::body && row.route.find("{" + name + "}") == row.route.npos)
      body[name] = field_value(each, arguments);
    else
      parts[name] = each.kind == Parameter::Kind::flag ? "1" : arguments.text(each.name);
  }
  return session.perform(std::string(row.name).c_str(), parts, body);
}

void note_more(const json& answer, const json& shown, Session& session) {
  if (!shown.is_array() || shown.empty() || field_of(answer, "more") != json(true)) return;
  session.note("more follow; go on with --after " + field_text(shown.back(), "id"));
}

}  // namespace

Printer rows_of(const char* field, std::vector<Column> columns) {
  return [field, columns = std::move(columns)](const json& answer, Session& session) {
    const json& shown = field_of(answer, field);
    note_more(answer, shown, session);
    return session.print(answer,
                         table_text(shown.is_array() ? shown : json::array({shown}), columns));
  };
}

Printer rows_within(const char* field, const char* list, std::vector<Column> columns) {
  return [field, list, columns = std::move(columns)](const json& answer, Session& session) {
    return session.print(answer, table_text(field_of(field_of(answer, field), list), columns));
  };
}

Printer lines_of(const char* field, std::vector<Column> lines) {
  return [field, lines = std::move(lines)](const json& answer, Session& session) {
    return session.print(answer, details_text(field_of(answer, field), lines));
  };
}

Verb passing_verb(std::string_view operation_name, std::vector<Parameter> parameters,
                  std::string example, Printer print) {
  Verb made = verb(operation_name, std::move(parameters), std::move(example), nullptr);
  made.run = [row = made.operation, parameters = made.parameters, print = std::move(print)](
                 const Arguments& arguments, Session& session) -> Result<ExitCode> {
    const auto answer = pass_on(*row, parameters, arguments, session);
    if (!answer) return fail(answer.error());
    if (is_waiting(*answer)) return print_waiting(*answer, session);
    return print(*answer, session);
  };
  return made;
}

}  // namespace countersign
