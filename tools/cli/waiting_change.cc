#include "tools/cli/waiting_change.h"

#include <nlohmann/json.hpp>

#include "tools/cli/table.h"

namespace countersign {
namespace {

const std::vector<Column> lines = {{"change", "id"},
                                   {"operation", "operation"},
                                   {"requester", "requester"},
                                   {"state", "state"},
                                   {"outcome", "outcome"},
                                   {"effect", "effect"},
                                   {"open until", "open_until"}};

const std::vector<Column> part_columns = {{"CONSENT OF", "of"},
                                          {"TO", "to"},
                                          {"NEEDS", "needs"},
                                          {"HAS", "consents"},
                                          {"ASKED", "asked"}};

}  // namespace

bool is_waiting(const nlohmann::json& answer) {
  return answer.is_object() && answer.contains("change");
}

std::string change_text(const nlohmann::json& change) {
  return details_text(change, lines) + table_text(field_of(change, "parts"), part_columns);
}

Result<ExitCode> print_waiting(const nlohmann::json& answer, Session& session) {
  const nlohmann::json& change = field_of(answer, "change");
  session.note("this waits for consent: countersign change consent " + field_text(change, "id"));
  return session.print(answer, change_text(change));
}

}  // namespace countersign
