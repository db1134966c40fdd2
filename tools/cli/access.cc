#include <nlohmann/json.hpp>

#include "tools/cli/nouns.h"
#include "tools/cli/session.h"
#include "tools/cli/table.h"

namespace countersign {
namespace {

const std::vector<Column> access_lines = {{"account", "account"},
                                          {"permission", "permission"},
                                          {"allowed", "allowed"},
                                          {"reason", "reason"}};

Result<ExitCode> check_access(const Arguments& arguments, Session& session) {
  OperationArguments query;
  for (const char* const name : {"as", "permission", "signer", "action"})
    if (const auto value = arguments.optional_text(std::string("--") + name)) query[name] = *value;
  const auto answer = session.perform("access.check", query, nullptr);
  if (!answer) return fail(answer.error());
  return session.print(*answer, details_text(*answer, access_lines));
}

const std::vector<Column> access_columns = {
    {"WHO", "name"},       {"KIND", "kind"},           {"AS", "as"},
    {"SIGN", "may_sign"},  {"APPROVE", "may_approve"}, {"CHANGE", "may_change"},
    {"THROUGH", "through"}};

Result<ExitCode> who(const Arguments& arguments, Session& session) {
  const auto answer =
      session.perform("access.who", {{"signer", arguments.text("SIGNER")}}, nullptr);
  if (!answer) return fail(answer.error());
  return session.print(*answer, table_text(field_of(*answer, "access"), access_columns));
}

}  // namespace

std::vector<Verb> access_verbs() {
  return {
      verb("access.who", {word("SIGNER", "Name or number of the signer")},
           "countersign access who release", who),
      verb("access.check",
           {option("--as", "ACCOUNT", "Whose right; your own if left out"),
            option("--permission", "STRING", "The permission string that is asked about"),
            option("--signer", "SIGNER", "Or a signer, and"),
            option("--action", "ACTION", "what is done with it, e.g. sign or members/modify")},
           "countersign access check --as engineer --signer release --action sign", check_access),
  };
}

}  // namespace countersign
