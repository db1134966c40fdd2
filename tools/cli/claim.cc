#include <nlohmann/json.hpp>

#include "tools/cli/nouns.h"
#include "tools/cli/session.h"
#include "tools/cli/table.h"
#include "tools/cli/waiting_change.h"

namespace countersign {
namespace {

const std::vector<Column> claim_columns = {
    {"CLAIM", "name"}, {"ACCOUNT", "account"}, {"DESCRIPTION", "description"}};

Result<ExitCode> print_claim(const Result<nlohmann::json>& answer, Session& session) {
  if (!answer) return fail(answer.error());
  if (is_waiting(*answer)) return print_waiting(*answer, session);
  return session.print(
      *answer, table_text(nlohmann::json::array({field_of(*answer, "claim")}), claim_columns));
}

OperationArguments claim_route(const Arguments& arguments) {
  OperationArguments parts{{"claim", arguments.text("CLAIM")}};
  if (arguments.has("--force")) parts["force"] = "1";
  return parts;
}

nlohmann::json claim_body(const Arguments& arguments) {
  nlohmann::json body = nlohmann::json::object();
  if (const auto account = arguments.optional_text("--account")) body["account"] = *account;
  if (const auto text = arguments.optional_text("--description")) body["description"] = *text;
  return body;
}

Result<ExitCode> create_claim(const Arguments& arguments, Session& session) {
  nlohmann::json body = claim_body(arguments);
  body["type"] = arguments.text("TYPE");
  body["value"] = arguments.text("VALUE");
  body["provider"] = arguments.optional_text("--provider").value_or("unix");
  return print_claim(session.perform("claim.create", {}, body), session);
}

Result<ExitCode> list_claims(const Arguments&, Session& session) {
  const auto answer = session.perform("claim.list", {}, nullptr);
  if (!answer) return fail(answer.error());
  return session.print(*answer, table_text(field_of(*answer, "claims"), claim_columns));
}

Result<ExitCode> show_claim(const Arguments& arguments, Session& session) {
  return print_claim(session.perform("claim.show", claim_route(arguments), nullptr), session);
}

Result<ExitCode> change_claim(const Arguments& arguments, Session& session) {
  return print_claim(session.perform("claim.change", claim_route(arguments), claim_body(arguments)),
                     session);
}

Result<ExitCode> remove_claim(const Arguments& arguments, Session& session) {
  return print_claim(session.perform("claim.delete", claim_route(arguments), nullptr), session);
}

}  // namespace

std::vector<Verb> claim_verbs() {
  const Parameter claim = word("CLAIM", "The claim as PROVIDER:TYPE:VALUE, e.g. unix:user:alice");
  const Parameter account = option("--account", "ACCOUNT", "Who signs in by it");
  const Parameter text = option("--description", "TEXT", "What it is for");
  return {
      verb("claim.create",
           {word("TYPE",
                 "user, group, computer, oauth_oid, oauth_role, oauth_subject or "
                 "oauth_client_id"),
            word("VALUE", "What the provider says, e.g. a login name"),
            option("--provider", "SCHEME", "Who says it; unix if left out"), account, text},
           "countersign claim create group release-team", create_claim),
      verb("claim.list", {}, "countersign claim list", list_claims),
      verb("claim.show", {claim}, "countersign claim show unix:group:release-team", show_claim),
      verb("claim.change", {claim, account, text},
           "countersign claim change unix:user:alice --account alice", change_claim),
      verb("claim.delete", {claim, flag("--force", "Freeze a signer that loses those it needs")},
           "countersign claim delete unix:group:release-team", remove_claim),
  };
}

}  // namespace countersign
