#include <nlohmann/json.hpp>

#include "tools/cli/input_file.h"
#include "tools/cli/nouns.h"
#include "tools/cli/session.h"
#include "tools/cli/table.h"
#include "tools/cli/waiting_change.h"

namespace countersign {
namespace {

constexpr std::size_t largest_policy = 512 * 1024;

const std::vector<Column> policy_lines = {
    {"revision", "revision"}, {"author", "author"}, {"time", "time"}, {"reason", "reason"}};
const std::vector<Column> revision_columns = {{"REVISION", "revision"},
                                              {"TIME", "time"},
                                              {"AUTHOR", "author"},
                                              {"REASON", "reason"},
                                              {"CHANGED", "changed"}};

/// A JSON Patch in a few words: what it does to which fields.
std::string changed_text(const nlohmann::json& difference) {
  std::string text;
  for (const nlohmann::json& each : difference) {
    text += (text.empty() ? "" : ", ") + field_text(each, "op") + " " + field_text(each, "path");
    if (each.contains("value") && !each["value"].is_structured())
      text += " " + each["value"].dump();
  }
  return text;
}

/// The document itself is JSON for people too: it is what `policy set` reads back.
Result<ExitCode> print_policy(const Result<nlohmann::json>& answer, Session& session) {
  if (!answer) return fail(answer.error());
  if (is_waiting(*answer)) return print_waiting(*answer, session);
  const std::string document = field_of(*answer, "policy").dump(2, ' ', true);
  return session.print(*answer, details_text(*answer, policy_lines) + document + "\n");
}

Result<ExitCode> show_policy(const Arguments& arguments, Session& session) {
  OperationArguments query{{"signer", arguments.text("SIGNER")}};
  if (const auto revision = arguments.optional_text("--revision")) query["revision"] = *revision;
  return print_policy(session.perform("policy.show", query, nullptr), session);
}

Result<ExitCode> list_policies(const Arguments& arguments, Session& session) {
  OperationArguments query{{"signer", arguments.text("SIGNER")}};
  if (const auto after = arguments.optional_text("--after")) query["after"] = *after;
  const auto answer = session.perform("policy.list", query, nullptr);
  if (!answer) return fail(answer.error());
  nlohmann::json rows = field_of(*answer, "policies");
  for (nlohmann::json& each : rows) each["changed"] = changed_text(field_of(each, "difference"));
  if (field_text(*answer, "more") == "yes" && !rows.empty())
    session.note("more revisions follow; go on with --after " +
                 field_text(rows.back(), "revision"));
  return session.print(*answer, table_text(rows, revision_columns));
}

Result<ExitCode> set_policy(const Arguments& arguments, Session& session) {
  const auto document = read_json_file("policy file", arguments.text("FILE"), largest_policy);
  if (!document) return fail(document.error());
  return print_policy(
      session.perform("policy.set", {{"signer", arguments.text("SIGNER")}},
                      {{"policy", *document}, {"reason", arguments.text("--reason")}}),
      session);
}

}  // namespace

std::vector<Verb> policy_verbs() {
  const Parameter signer = word("SIGNER", "Name or number of the signer");
  return {
      verb("policy.show",
           {signer, number_option("--revision", "N", "An older one; the current one if left out")},
           "countersign policy show release --revision 2", show_policy),
      verb("policy.list",
           {signer, number_option("--after", "N", "Only revisions with a higher number")},
           "countersign policy list release", list_policies),
      verb("policy.set",
           {signer, word("FILE", "JSON document of the policy"),
            required_option("--reason", "TEXT", "Why; it is recorded")},
           "countersign policy set release policy.json --reason 'two approvers from now on'",
           set_policy),
  };
}

}  // namespace countersign
