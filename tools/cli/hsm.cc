#include <nlohmann/json.hpp>

#include "tools/cli/nouns.h"
#include "tools/cli/session.h"
#include "tools/cli/table.h"

namespace countersign {
namespace {

const std::vector<Column> hsm_columns = {{"NAME", "name"},       {"STATE", "state"},
                                         {"LABEL", "label"},     {"SERIAL", "serial"},
                                         {"LIBRARY", "library"}, {"MESSAGE", "message"}};

Result<ExitCode> list_hsms(const Arguments&, Session& session) {
  const auto answer = session.perform("hsm.list", {}, nullptr);
  if (!answer) return fail(answer.error());
  return session.print(*answer, table_text(field_of(*answer, "hsms"), hsm_columns));
}

Result<ExitCode> retry_hsm(const Arguments& arguments, Session& session) {
  const auto answer = session.perform("hsm.retry", {{"hsm", arguments.text("HSM")}}, nullptr);
  if (!answer) return fail(answer.error());
  return session.print(*answer,
                       table_text(nlohmann::json::array({field_of(*answer, "hsm")}), hsm_columns));
}

}  // namespace

std::vector<Verb> hsm_verbs() {
  return {
      verb("hsm.list", {}, "countersign hsm list", list_hsms),
      verb("hsm.retry", {word("HSM", "Name of the token in the gateway's configuration")},
           "countersign hsm retry lab", retry_hsm),
  };
}

}  // namespace countersign
