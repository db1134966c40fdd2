#include "policy/model/approval_step.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "core/text.h"

namespace countersign {
namespace {

constexpr std::size_t longest_approver = 300;

/// What an approver is compared by: case means something in claims only.
std::string approver_key(const std::string& name) {
  return std::ranges::count(name, ':') > 1 ? name : fold_case(name);
}

}  // namespace

bool names_approver(const std::vector<std::string>& approvers, const std::string& name) {
  return std::ranges::find(approvers, approver_key(name), approver_key) != approvers.end();
}

void read_people(JsonReader& in, std::vector<std::string>& approvers, std::int64_t& count) {
  approvers = in.texts("approvers");
  count = in.integer("count", 1, static_cast<std::int64_t>(most_approvers));
  std::set<std::string> distinct;
  bool many = false;
  for (const std::string& each : approvers) {
    const bool account = each.find(':') == each.npos;
    many |= !account;
    if (account) {
      if (auto ok = check_name("account name", each); !ok)
        in.refuse("approvers", ok.error().message);
    } else if (!check_text("the approver", each) || each.size() > longest_approver) {
      in.refuse("approvers", "has a malformed group or claim",
                "write it like \"group:NAME\" or \"unix:group:NAME\"");
    }
    if (!distinct.insert(approver_key(each)).second)
      in.refuse("approvers", "names " + printable(each) + " twice");
  }
  if (approvers.empty() || approvers.size() > most_approvers)
    in.refuse("approvers", "needs 1 to " + std::to_string(most_approvers) + " accounts");
  if (!many && count > std::ssize(approvers))
    in.refuse("count", "asks for more people than there are approvers");
}

Result<ApprovalStep> approval_step_from_json(const nlohmann::json& document,
                                             const std::string& pointer) {
  JsonReader in(document, pointer);
  ApprovalStep step;
  step.name = in.text("name");
  if (auto ok = check_name("step name", step.name); !ok) in.refuse("name", ok.error().message);
  read_people(in, step.approvers, step.count);
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return step;
}

nlohmann::json to_json(const ApprovalStep& step) {
  return {{"name", step.name}, {"approvers", step.approvers}, {"count", step.count}};
}

bool is_as_strict(const ApprovalStep& before, const ApprovalStep& after) {
  return after.count >= before.count &&
         std::ranges::all_of(after.approvers, [&](const std::string& each) {
           return names_approver(before.approvers, each);
         });
}

}  // namespace countersign
