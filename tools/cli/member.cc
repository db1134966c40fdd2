#include <nlohmann/json.hpp>

#include "tools/cli/nouns.h"
#include "tools/cli/session.h"
#include "tools/cli/table.h"

namespace countersign {
namespace {

const std::vector<Column> columns = {{"ACCOUNT", "account"}, {"ROLE", "role"}};

OperationArguments route(const Arguments& arguments) {
  return {{"signer", arguments.text("SIGNER")}, {"account", arguments.text("ACCOUNT")}};
}

Result<ExitCode> add(const Arguments& arguments, Session& session) {
  const auto answer =
      session.perform("member.add", route(arguments), {{"role", arguments.text("--role")}});
  if (!answer) return fail(answer.error());
  return session.print(*answer,
                       table_text(nlohmann::json::array({field_of(*answer, "member")}), columns));
}

Result<ExitCode> list(const Arguments& arguments, Session& session) {
  const auto answer =
      session.perform("member.list", {{"signer", arguments.text("SIGNER")}}, nullptr);
  if (!answer) return fail(answer.error());
  return session.print(*answer, table_text(field_of(*answer, "members"), columns));
}

Result<ExitCode> remove(const Arguments& arguments, Session& session) {
  const auto answer = session.perform("member.remove", route(arguments), nullptr);
  if (!answer) return fail(answer.error());
  return session.print(*answer,
                       table_text(nlohmann::json::array({field_of(*answer, "member")}), columns));
}

}  // namespace

std::vector<Verb> member_verbs() {
  const Parameter signer = word("SIGNER", "Name or number of the signer");
  const Parameter account = word("ACCOUNT", "Name of the account");
  return {
      verb("member.add",
           {signer, account, required_option("--role", "ROLE", "admin, operator or auditor")},
           "countersign member add release engineer --role operator", add),
      verb("member.list", {signer}, "countersign member list release", list),
      verb("member.remove", {signer, account}, "countersign member remove release engineer",
           remove),
  };
}

}  // namespace countersign
