#include <nlohmann/json.hpp>

#include "tools/cli/nouns.h"
#include "tools/cli/session.h"
#include "tools/cli/table.h"
#include "tools/cli/waiting_change.h"

namespace countersign {
namespace {

const std::vector<Column> columns = {
    {"CLAIM", "name"}, {"ACCOUNT", "account"}, {"DESCRIPTION", "description"}};

Result<ExitCode> print_claim(const Result<nlohmann::json>& answer, Session& session) {
  if (!answer) return fail(answer.error());
  if (is_waiting(*answer)) return print_waiting(*answer, session);
  return session.print(*answer,
                       table_text(nlohmann::json::array({field_of(*answer, "claim")}), columns));
}

OperationArguments route(const Arguments& arguments) {
  OperationArguments parts{{"claim", arguments.text("CLAIM")}};
  if (arguments.has("--force")) parts["force"] = "1";
  return parts;
}

nlohmann::json body_of(const Arguments& arguments) {
  nlohmann::json body = nlohmann::json::object();
  if (const auto account = arguments.optional_text("--account")) body["account"] = *account;
  if (const auto text = arguments.optional_text("--description")) body["description"] = *text;
  return body;
}

Result<ExitCode> create(const Arguments& arguments, Session& session) {
  nlohmann::json body = body_of(arguments);
  body["type"] = arguments.text("TYPE");
  body["value"] = arguments.text("VALUE");
  body["provider"] = arguments.optional_text("--provider").value_or("unix");
  return print_claim(session.perform("claim.create", {}, body), session);
}

Result<ExitCode> list(const Arguments&, Session& session) {
  const auto answer = session.perform("claim.list", {}, nullptr);
  if (!answer) return fail(answer.error());
  return session.print(*answer, table_text(field_of(*answer, "claims"), columns));
}

Result<ExitCode> show(const Arguments& arguments, Session& session) {
  return print_claim(session.perform("claim.show", route(arguments), nullptr), session);
}

Result<ExitCode> change(const Arguments& arguments, Session& session) {
  return print_claim(session.perform("claim.change", route(arguments), body_of(arguments)),
                     session);
}

Result<ExitCode> remove(const Arguments& arguments, Session& session) {
  return print_claim(session.perform("claim.delete", route(arguments), nullptr), session);
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
           "countersign claim create group release-team", create),
      verb("claim.list", {}, "countersign claim list", list),
      verb("claim.show", {claim}, "countersign claim show unix:group:release-team", show),
      verb("claim.change", {claim, account, text},
           "countersign claim change unix:user:alice --account alice", change),
      verb("claim.delete", {claim, flag("--force", "Freeze a signer that loses those it needs")},
           "countersign claim delete unix:group:release-team", remove),
  };
}

}  // namespace countersign
