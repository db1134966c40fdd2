#include <nlohmann/json.hpp>

#include "tools/cli/nouns.h"
#include "tools/cli/secret_input.h"
#include "tools/cli/session.h"
#include "tools/cli/table.h"

namespace countersign {
namespace {

const std::vector<Column> token_columns = {
    {"TOKEN", "id"},        {"ACCOUNT", "account"},     {"LABEL", "label"}, {"CREATED", "created"},
    {"EXPIRES", "expires"}, {"LAST USED", "last_used"}, {"STATE", "state"}};

Result<nlohmann::json> mint(const Arguments& arguments, Session& session) {
  nlohmann::json body = nlohmann::json::object();
  if (const auto label = arguments.optional_text("--label")) body["label"] = *label;
  if (const auto life = arguments.optional_text("--expires-in")) body["expires_in"] = *life;
  if (!arguments.has("--enrol")) return session.perform("token.create", {}, body);
  const auto code = read_secret_line("enrolment code: ");
  if (!code) return fail(code.error());
  body["code"] = code->view();
  return session.perform_without_token("token.enrol", body);
}

/// The bearer token stands alone on stdout; everything else goes to stderr.
Result<ExitCode> create_token(const Arguments& arguments, Session& session) {
  const auto answer = mint(arguments, session);
  if (!answer) return fail(answer.error());
  const nlohmann::json& token = field_of(*answer, "token");
  session.note("token " + field_text(token, "id") + " of " + field_text(token, "account") +
               ", valid until " + field_text(token, "expires") +
               "; it is shown this once, keep it where only you can read it:");
  return session.print(*answer, field_text(*answer, "secret") + "\n");
}

Result<ExitCode> list_tokens(const Arguments&, Session& session) {
  const auto answer = session.perform("token.list", {}, nullptr);
  if (!answer) return fail(answer.error());
  return session.print(*answer, table_text(field_of(*answer, "tokens"), token_columns));
}

Result<ExitCode> revoke_token(const Arguments& arguments, Session& session) {
  const auto answer =
      session.perform("token.revoke", {{"token", arguments.text("TOKEN")}}, nullptr);
  if (!answer) return fail(answer.error());
  return session.print(
      *answer, table_text(nlohmann::json::array({field_of(*answer, "token")}), token_columns));
}

}  // namespace

std::vector<Verb> token_verbs() {
  return {
      verb("token.create",
           {flag("--enrol", "Trade an enrolment code, read from stdin, for the first token"),
            option("--label", "TEXT", "What the token is for"),
            option("--expires-in", "DURATION", "How long it is valid, e.g. 90d")},
           "countersign token create --enrol --label laptop", create_token),
      verb("token.list", {}, "countersign token list", list_tokens),
      verb("token.revoke", {number("TOKEN", "Number of the token")}, "countersign token revoke 3",
           revoke_token),
  };
}

}  // namespace countersign
