#include "policy/model/approval_step.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "core/duration.h"
#include "core/text.h"

namespace countersign {
namespace {

constexpr std::size_t longest_approver = 300;
constexpr Milliseconds shortest_age = std::chrono::minutes(1);
constexpr Milliseconds longest_age = std::chrono::hours(24);

/// What an approver is compared by: case means something in claims only.
std::string approver_key(const std::string& name) {
  return std::ranges::count(name, ':') > 1 ? name : fold_case(name);
}

}  // namespace

bool names_approver(const std::vector<std::string>& approvers, const std::string& name) {
  return std::ranges::find(approvers, approver_key(name), approver_key) != approvers.end();
}

ApproverList read_approvers(JsonReader& in, const char* name) {
  ApproverList list{in.texts(name), false};
  std::set<std::string> distinct;
  for (const std::string& each : list.names) {
    const bool account = each.find(':') == each.npos;
    list.many |= !account;
    if (account) {
      if (auto ok = check_name("account name", each); !ok) in.refuse(name, ok.error().message);
    } else if (!check_text("the approver", each) || each.size() > longest_approver) {
      in.refuse(name, "has a malformed group or claim",
                "write it like \"group:NAME\" or \"unix:group:NAME\"");
    }
    if (!distinct.insert(approver_key(each)).second)
      in.refuse(name, "names " + printable(each) + " twice");
  }
  if (list.names.empty() || list.names.size() > most_approvers)
    in.refuse(name, "needs 1 to " + std::to_string(most_approvers) + " accounts");
  return list;
}

void read_people(JsonReader& in, std::vector<std::string>& approvers, std::int64_t& count) {
  ApproverList list = read_approvers(in, "approvers");
  count = in.integer("count", 1, static_cast<std::int64_t>(most_approvers));
  approvers = std::move(list.names);
  if (!list.many && count > std::ssize(approvers))
    in.refuse("count", "asks for more people than there are approvers");
}

std::optional<Milliseconds> read_token_age(JsonReader& in) {
  if (in.flag("client_certificate", false))
    in.refuse("client_certificate", "cannot be satisfied: no connection brings one yet",
              "say \"token_younger_than\" instead");
  const auto text = in.optional_text("token_younger_than");
  if (!text) return std::nullopt;
  const auto age = parse_duration(*text);
  if (!age || *age < shortest_age || *age > longest_age)
    in.refuse("token_younger_than", "is not a duration from 1m to 24h", "write it like \"15m\"");
  return age;
}

Result<ApprovalStep> approval_step_from_json(const nlohmann::json& document,
                                             const std::string& pointer) {
  JsonReader in(document, pointer);
  ApprovalStep step;
  step.name = in.text("name");
  if (auto ok = check_name("step name", step.name); !ok) in.refuse("name", ok.error().message);
  read_people(in, step.approvers, step.count);
  step.token_younger_than = read_token_age(in);
  step.signed_approval = in.flag("signed", false);
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return step;
}

nlohmann::json to_json(const ApprovalStep& step) {
  nlohmann::json document{
      {"name", step.name}, {"approvers", step.approvers}, {"count", step.count}};
  if (step.token_younger_than)
    document["token_younger_than"] = countersign::to_text(*step.token_younger_than);
  if (step.signed_approval) document["signed"] = true;
  return document;
}

bool is_as_strict(const ApprovalStep& before, const ApprovalStep& after) {
  const bool younger =
      !before.token_younger_than ||
      (after.token_younger_than && *after.token_younger_than <= *before.token_younger_than);
  return after.count >= before.count && younger &&
         (after.signed_approval || !before.signed_approval) &&
         std::ranges::all_of(after.approvers, [&](const std::string& each) {
           return names_approver(before.approvers, each);
         });
}

}  // namespace countersign
