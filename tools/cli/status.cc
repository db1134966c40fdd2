#include <nlohmann/json.hpp>

#include "tools/cli/nouns.h"
#include "tools/cli/session.h"
#include "tools/cli/table.h"

namespace countersign {
namespace {

const std::vector<Column> status_lines = {{"you are", "account"},
                                          {"version", "version"},
                                          {"clock", "clock"},
                                          {"latest time seen", "latest"}};

Result<ExitCode> status(const Arguments&, Session& session) {
  const auto answer = session.perform("gateway.status", {}, nullptr);
  if (!answer) return fail(answer.error());
  return session.print(*answer, details_text(*answer, status_lines));
}

}  // namespace

std::vector<Verb> status_verbs() {
  return {verb("gateway.status", {}, "countersign status", status)};
}

}  // namespace countersign
