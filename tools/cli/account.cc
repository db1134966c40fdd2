#include <nlohmann/json.hpp>

#include "tools/cli/nouns.h"
#include "tools/cli/session.h"
#include "tools/cli/table.h"
#include "tools/cli/waiting_change.h"

namespace countersign {
namespace {

const std::vector<Column> account_columns = {{"NAME", "name"},     {"KIND", "kind"},
                                             {"STATE", "state"},   {"ROLE", "product_role"},
                                             {"OWNERS", "owners"}, {"CLAIMS", "claims"}};

/// The code stands alone on stdout, so that a script can hand it on without picking it out.
Result<ExitCode> print_code(const Result<nlohmann::json>& answer, const char* done,
                            Session& session) {
  if (!answer) return fail(answer.error());
  session.note("account " + field_text(field_of(*answer, "account"), "name") + " " + done +
               "; its one-time enrolment code, valid until " + field_text(*answer, "expires") +
               ", for `countersign token create --enrol`:");
  return session.print(*answer, field_text(*answer, "enrolment_code") + "\n");
}

Result<ExitCode> create_account(const Arguments& arguments, Session& session) {
  nlohmann::json body = {{"name", arguments.text("NAME")}};
  if (arguments.has("--machine")) body["kind"] = "machine";
  if (const auto owner = arguments.optional_text("--owner")) body["owner"] = *owner;
  if (const auto login = arguments.optional_text("--unix-user")) body["unix_user"] = *login;
  return print_code(session.perform("account.create", {}, body), "created", session);
}

Result<ExitCode> list_accounts(const Arguments&, Session& session) {
  const auto answer = session.perform("account.list", {}, nullptr);
  if (!answer) return fail(answer.error());
  return session.print(*answer, table_text(field_of(*answer, "accounts"), account_columns));
}

Result<ExitCode> print_account(const Result<nlohmann::json>& answer, Session& session) {
  if (!answer) return fail(answer.error());
  if (is_waiting(*answer)) return print_waiting(*answer, session);
  return session.print(
      *answer, table_text(nlohmann::json::array({field_of(*answer, "account")}), account_columns));
}

OperationArguments account_route(const Arguments& arguments) {
  return {{"account", arguments.text("ACCOUNT")}};
}

nlohmann::json reason_of(const Arguments& arguments) {
  nlohmann::json body{{"reason", arguments.text("--reason")}};
  if (arguments.has("--force")) body["force"] = true;
  return body;
}

Result<ExitCode> show_account(const Arguments& arguments, Session& session) {
  return print_account(session.perform("account.show", account_route(arguments), nullptr), session);
}

Result<ExitCode> disable(const Arguments& arguments, Session& session) {
  return print_account(
      session.perform("account.disable", account_route(arguments), reason_of(arguments)), session);
}

Result<ExitCode> enable(const Arguments& arguments, Session& session) {
  return print_account(
      session.perform("account.enable", account_route(arguments), reason_of(arguments)), session);
}

Result<ExitCode> change_account(const Arguments& arguments, Session& session) {
  nlohmann::json body = nlohmann::json::object();
  if (const auto text = arguments.optional_text("--description")) body["description"] = *text;
  if (const auto role = arguments.optional_text("--product-role")) body["product_role"] = *role;
  return print_account(session.perform("account.change", account_route(arguments), body), session);
}

Result<ExitCode> remove_account(const Arguments& arguments, Session& session) {
  OperationArguments parts = account_route(arguments);
  if (arguments.has("--force")) parts["force"] = "1";
  return print_account(session.perform("account.delete", parts, nullptr), session);
}

Result<ExitCode> enrol(const Arguments& arguments, Session& session) {
  return print_code(session.perform("account.enrol", account_route(arguments), nullptr),
                    "to be enrolled", session);
}

Result<ExitCode> change_owners(const char* operation, const Arguments& arguments,
                               Session& session) {
  return print_account(
      session.perform(operation,
                      {{"account", arguments.text("MACHINE")}, {"owner", arguments.text("OWNER")}},
                      nullptr),
      session);
}

Result<ExitCode> add_owner(const Arguments& arguments, Session& session) {
  return change_owners("account.add_owner", arguments, session);
}

Result<ExitCode> remove_owner(const Arguments& arguments, Session& session) {
  return change_owners("account.remove_owner", arguments, session);
}

}  // namespace

std::vector<Verb> account_verbs() {
  const Parameter account = word("ACCOUNT", "Name of the account");
  const Parameter force = flag("--force", "Freeze a signer that loses those it needs");
  const Parameter machine = word("MACHINE", "Name of the machine's account");
  const Parameter owner = word("OWNER", "Name of the person who answers for it");
  const Parameter reason = required_option("--reason", "TEXT", "Why; it is recorded");
  return {
      verb("account.create",
           {word("NAME", "Name of the account"),
            flag("--machine", "The account is a machine's; needs --owner"),
            option("--owner", "ACCOUNT", "Who answers for the machine"),
            option("--unix-user", "LOGIN", "Login by which the gateway's host knows the account")},
           "countersign account create build-7 --machine --owner engineer", create_account),
      verb("account.list", {}, "countersign account list", list_accounts),
      verb("account.show", {account}, "countersign account show engineer", show_account),
      verb("account.disable", {account, reason, force},
           "countersign account disable engineer --reason 'has left'", disable),
      verb("account.enable", {account, reason},
           "countersign account enable engineer --reason 'is back'", enable),
      verb("account.change",
           {account, option("--description", "TEXT", "What it is for"),
            option("--product-role", "ROLE", "admin or member")},
           "countersign account change alex --product-role admin", change_account),
      verb("account.delete", {account, force}, "countersign account delete engineer",
           remove_account),
      verb("account.enrol", {account}, "countersign account enrol engineer", enrol),
      verb("account.add_owner", {machine, owner}, "countersign account add-owner build-7 mate",
           add_owner),
      verb("account.remove_owner", {machine, owner},
           "countersign account remove-owner build-7 engineer", remove_owner),
  };
}

}  // namespace countersign
