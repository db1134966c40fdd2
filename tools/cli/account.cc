#include <nlohmann/json.hpp>

#include "tools/cli/nouns.h"
#include "tools/cli/session.h"
#include "tools/cli/table.h"

namespace countersign {
namespace {

const std::vector<Column> columns = {{"NAME", "name"},   {"KIND", "kind"},
                                     {"STATE", "state"}, {"ROLE", "product_role"},
                                     {"OWNER", "owner"}, {"UNIX USER", "unix_user"}};

/// The code stands alone on stdout, so that a script can hand it on without picking it out.
Result<ExitCode> create(const Arguments& arguments, Session& session) {
  nlohmann::json body = {{"name", arguments.text("NAME")}};
  if (arguments.has("--machine")) body["kind"] = "machine";
  if (arguments.has("--product-admin")) body["product_role"] = "admin";
  if (const auto owner = arguments.optional_text("--owner")) body["owner"] = *owner;
  if (const auto login = arguments.optional_text("--unix-user")) body["unix_user"] = *login;
  const auto answer = session.perform("account.create", {}, body);
  if (!answer) return fail(answer.error());
  session.note("account " + field_text(field_of(*answer, "account"), "name") +
               " created; its one-time enrolment code, valid until " +
               field_text(*answer, "expires") + ", for `countersign token create --enrol`:");
  return session.print(*answer, field_text(*answer, "enrolment_code") + "\n");
}

Result<ExitCode> list(const Arguments&, Session& session) {
  const auto answer = session.perform("account.list", {}, nullptr);
  if (!answer) return fail(answer.error());
  return session.print(*answer, table_text(field_of(*answer, "accounts"), columns));
}

Result<ExitCode> print_account(const Result<nlohmann::json>& answer, Session& session) {
  if (!answer) return fail(answer.error());
  return session.print(*answer,
                       table_text(nlohmann::json::array({field_of(*answer, "account")}), columns));
}

OperationArguments route(const Arguments& arguments) {
  return {{"account", arguments.text("ACCOUNT")}};
}

nlohmann::json reason_of(const Arguments& arguments) {
  return {{"reason", arguments.text("--reason")}};
}

Result<ExitCode> show(const Arguments& arguments, Session& session) {
  return print_account(session.perform("account.show", route(arguments), nullptr), session);
}

Result<ExitCode> disable(const Arguments& arguments, Session& session) {
  return print_account(session.perform("account.disable", route(arguments), reason_of(arguments)),
                       session);
}

Result<ExitCode> enable(const Arguments& arguments, Session& session) {
  return print_account(session.perform("account.enable", route(arguments), reason_of(arguments)),
                       session);
}

}  // namespace

std::vector<Verb> account_verbs() {
  const Parameter account = word("ACCOUNT", "Name of the account");
  const Parameter reason = required_option("--reason", "TEXT", "Why; it is recorded");
  return {
      verb("account.create",
           {word("NAME", "Name of the account"),
            flag("--machine", "The account is a machine's; needs --owner"),
            option("--owner", "ACCOUNT", "Who answers for the machine"),
            flag("--product-admin", "The account may manage accounts, tokens and signers"),
            option("--unix-user", "LOGIN", "Login by which the gateway's host knows the account")},
           "countersign account create build-7 --machine --owner engineer", create),
      verb("account.list", {}, "countersign account list", list),
      verb("account.show", {account}, "countersign account show engineer", show),
      verb("account.disable", {account, reason},
           "countersign account disable engineer --reason 'has left'", disable),
      verb("account.enable", {account, reason},
           "countersign account enable engineer --reason 'is back'", enable),
  };
}

}  // namespace countersign
