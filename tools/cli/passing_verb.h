// Verbs that pass what they are given on to their operation and print the answer, as rows: most
// verbs that look after one noun do no more.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "tools/cli/table.h"
#include "tools/cli/verb.h"

namespace countersign {

/// Prints the answer of an operation that was performed.
using Printer = std::function<Result<ExitCode>(const nlohmann::json& answer, Session& session)>;

/// The rows of the list that is in the answer's `field`, or one row for what is no list.
Printer rows_of(const char* field, std::vector<Column> columns);
/// The rows of the list `list` of what is in the answer's `field`.
Printer rows_within(const char* field, const char* list, std::vector<Column> columns);
/// What is in the answer's `field`, a line for each of its fields.
Printer lines_of(const char* field, std::vector<Column> lines);

/// A verb whose words and options go where the operation's row takes them, by their names: the word
/// CONTAINER into the route's {container}, --check-every into the field "check_every" of the body
/// or the query. Of a list that goes on, a line on stderr says so. A change that waits for consent
/// is printed as such.
Verb passing_verb(std::string_view operation_name, std::vector<Parameter> parameters,
                  std::string example, Printer print);

}  // namespace countersign
