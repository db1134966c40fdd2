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

/// Each list of the review, below what it is a list of.
struct ReviewPart {
  const char* title;
  const char* field;
  std::vector<Column> columns;
};

const std::vector<ReviewPart> review_parts = {
    {"rights that were neither used nor given",
     "unused",
     {{"ACCOUNT", "account"}, {"RIGHT", "right"}, {"THROUGH", "through"}}},
    {"claims that nobody can bring", "claims", {{"CLAIM", "claim"}, {"WHY", "reason"}}},
    {"steps that few can complete",
     "steps",
     {{"SIGNER", "signer"}, {"STEP", "step"}, {"NEEDS", "needs"}, {"PEOPLE", "people"}}},
    {"machines without owners", "machines", {{"MACHINE", "name"}}}};

Result<ExitCode> review(const Arguments& arguments, Session& session) {
  OperationArguments query;
  if (const auto days = arguments.optional_number("--unused-days"))
    query["unused_days"] = std::to_string(*days);
  const auto answer = session.perform("access.review", query, nullptr);
  if (!answer) return fail(answer.error());
  nlohmann::json shown = *answer;
  shown["machines"] = nlohmann::json::array();
  for (const auto& name : field_of(*answer, "machines"))
    shown["machines"].push_back({{"name", name}});
  std::string text = "of the last " + field_text(*answer, "unused_days") + " days\n";
  for (const ReviewPart& part : review_parts) {
    const nlohmann::json& rows = field_of(shown, part.field);
    text += std::string("\n") + part.title + ": " + std::to_string(rows.size()) + "\n";
    if (!rows.empty()) text += table_text(rows, part.columns);
  }
  return session.print(*answer, text);
}

}  // namespace

std::vector<Verb> access_verbs() {
  return {
      verb("access.who", {word("SIGNER", "Name or number of the signer")},
           "countersign access who release", who),
      verb("access.review",
           {number_option("--unused-days", "DAYS",
                          "Rights that were not used for so long; 90 if left out")},
           "countersign access review --unused-days 30", review),
      verb("access.check",
           {option("--as", "ACCOUNT", "Whose right; your own if left out"),
            option("--permission", "STRING", "The permission string that is asked about"),
            option("--signer", "SIGNER", "Or a signer, and"),
            option("--action", "ACTION", "what is done with it, e.g. sign or members/modify")},
           "countersign access check --as engineer --signer release --action sign", check_access),
  };
}

}  // namespace countersign
