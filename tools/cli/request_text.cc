#include "tools/cli/request_text.h"

#include <nlohmann/json.hpp>

#include "core/text.h"
#include "tools/cli/table.h"

namespace countersign {
namespace {

const std::vector<Column> request_lines = {{"request", "id"},
                                           {"signer", "signer"},
                                           {"requester", "requester"},
                                           {"may sign", "beneficiary"},
                                           {"kind", "kind"},
                                           {"state", "state"},
                                           {"waits for step", "waits_for"},
                                           {"reason", "reason"},
                                           {"signatures", "count"},
                                           {"used", "used"},
                                           {"window", "window"},
                                           {"not before", "starts"},
                                           {"networks", "networks"},
                                           {"created", "created"},
                                           {"open until", "open_until"},
                                           {"active from", "active_from"},
                                           {"active until", "active_until"},
                                           {"policy revision", "policy"},
                                           {"review due", "review_due"}};

const std::vector<Column> step_columns = {
    {"STEP", "name"},     {"NEEDS", "needs"},
    {"LACKS", "lacks"},   {"TOKEN YOUNGER THAN", "token_younger_than"},
    {"SIGNED", "signed"}, {"APPROVERS", "approvers"}};
const std::vector<Column> delegate_columns = {{"MAY ANSWER TOO", "account"},
                                              {"IN PLACE OF", "in_place_of"}};
const std::vector<Column> digest_columns = {
    {"DIGEST", "digest"}, {"OF", "name"}, {"TIMES", "times"}, {"USED", "used"}};
const std::vector<Column> response_columns = {
    {"ACCOUNT", "account"}, {"IN PLACE OF", "in_place_of"},    {"VERDICT", "verdict"},
    {"TIME", "time"},       {"SIGNED BY KEY", "approval_key"}, {"COMMENT", "comment"}};
const std::vector<Column> comment_columns = {
    {"ACCOUNT", "account"}, {"TIME", "time"}, {"COMMENT", "text"}};
const std::vector<Column> before_columns = {{"SIGNED BEFORE BY REQUEST", "request"},
                                            {"TIME", "time"},
                                            {"SIGNATURES", "used"},
                                            {"REASON", "reason"},
                                            {"OF", "digests"}};

/// The rows of the field, where there are any, below an empty line.
std::string list_text(const nlohmann::json& request, const char* field,
                      const std::vector<Column>& columns) {
  const nlohmann::json& rows = field_of(request, field);
  return rows.empty() ? "" : "\n" + table_text(rows, columns);
}

/// "attested uid: 1000", a line each.
std::string facts_text(const nlohmann::json& request) {
  std::string text;
  for (const char* const part : {"attested", "claimed", "metadata"})
    for (const auto& [name, value] : field_of(request, part).items())
      text += "\n" + std::string(part) + " " + printable(name) + ": " +
              printable(value.is_string() ? value.get<std::string>() : value.dump());
  return text.empty() ? text : text + "\n";
}

}  // namespace

std::string request_text(const nlohmann::json& request) {
  std::string text = details_text(request, request_lines);
  text += list_text(request, "steps", step_columns) +
          list_text(request, "delegates", delegate_columns) + facts_text(request);
  if (field_text(request, "bound") == "no")
    text += "\nnot bound to content: any digest may be signed\n";
  else
    text += list_text(request, "digests", digest_columns);
  text += list_text(request, "responses", response_columns) +
          list_text(request, "comments", comment_columns) +
          list_text(request, "signed_before", before_columns);
  if (const auto& review = field_of(request, "review"); review.is_object())
    text += "\nreviewed by " + printable(field_text(review, "account")) + " at " +
            printable(field_text(review, "time")) + ": " +
            printable(field_text(review, "comment")) + "\n";
  return text;
}

}  // namespace countersign
