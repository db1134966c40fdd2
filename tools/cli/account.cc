#include <nlohmann/json.hpp>

#include "tools/cli/nouns.h"
#include "tools/cli/passing_verb.h"
#include "tools/cli/session.h"

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

Result<ExitCode> enrol(const Arguments& arguments, Session& session) {
  return print_code(
      session.perform("account.enrol", {{"account", arguments.text("ACCOUNT")}}, nullptr),
      "to be enrolled", session);
}

}  // namespace

std::vector<Verb> account_verbs() {
  const Parameter account = word("ACCOUNT", "Name of the account");
  const Parameter force = flag("--force", "Freeze a signer that loses those it needs");
  const Parameter machine = word("ACCOUNT", "Name of the machine's account");
  const Parameter owner = word("OWNER", "Name of the person who answers for it");
  const Parameter reason = required_option("--reason", "TEXT", "Why; it is recorded");
  const Printer one = rows_of("account", account_columns);
  return {
      verb("account.create",
           {word("NAME", "Name of the account"),
            flag("--machine", "The account is a machine's; needs --owner"),
            option("--owner", "ACCOUNT", "Who answers for the machine"),
            option("--unix-user", "LOGIN", "Login by which the gateway's host knows the account")},
           "countersign account create build-7 --machine --owner engineer", create_account),
      passing_verb("account.list", {}, "countersign account list",
                   rows_of("accounts", account_columns)),
      passing_verb("account.show", {account}, "countersign account show engineer", one),
      passing_verb("account.disable", {account, reason, force},
                   "countersign account disable engineer --reason 'has left'", one),
      passing_verb("account.enable", {account, reason},
                   "countersign account enable engineer --reason 'is back'", one),
      passing_verb("account.change",
                   {account, option("--description", "TEXT", "What it is for"),
                    option("--product-role", "ROLE", "admin or member")},
                   "countersign account change alex --product-role admin", one),
      passing_verb("account.delete", {account, force}, "countersign account delete engineer", one),
      verb("account.enrol", {account}, "countersign account enrol engineer", enrol),
      passing_verb("account.add_owner", {machine, owner},
                   "countersign account add-owner build-7 mate", one),
      passing_verb("account.remove_owner", {machine, owner},
                   "countersign account remove-owner build-7 engineer", one),
  };
}

}  // namespace countersign
