#include <nlohmann/json.hpp>

#include "gateway/client/wire.h"
#include "tools/cli/nouns.h"
#include "tools/cli/session.h"
#include "tools/cli/table.h"

namespace countersign {
namespace {

const std::vector<Column> lines = {{"signer", "signer"},     {"you may sign now", "allowed"},
                                   {"reason", "code"},       {"in words", "message"},
                                   {"what to do", "remedy"}, {"request", "request"},
                                   {"access", "access"}};
const std::vector<Column> columns = {
    {"RULE", "rule"}, {"ALLOWS", "allows"}, {"IN WORDS", "message"}, {"WHAT TO DO", "remedy"}};

/// Exits as the signature would, so that a script can ask before it signs.
Result<ExitCode> explain(const Arguments& arguments, Session& session) {
  const auto service = session.signing();
  if (!service) return fail(service.error());
  const auto explanation = (*service)->explain(arguments.text("SIGNER"));
  if (!explanation) return fail(explanation.error());
  const nlohmann::json answer = wire::to_json(*explanation);
  session.print(
      answer, details_text(answer, lines) + "\n" + table_text(field_of(answer, "rules"), columns));
  return explanation->allowed ? ExitCode::ok : ExitCode::denied;
}

}  // namespace

std::vector<Verb> explain_verbs() {
  return {verb("signature.explain", {word("SIGNER", "Name of the signer")},
               "countersign explain release", explain)};
}

}  // namespace countersign
