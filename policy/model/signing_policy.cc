#include "policy/model/signing_policy.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "core/duration.h"
#include "core/json_reader.h"
#include "core/text.h"

namespace countersign {

using nlohmann::json;

namespace {

constexpr std::int64_t most_signatures = 1'000'000;
constexpr std::size_t most_approvers = 100;
constexpr std::size_t longest_approver = 300;
constexpr Milliseconds shortest_window = std::chrono::minutes(1);
constexpr Milliseconds longest_window = std::chrono::days(30);

Milliseconds read_window(JsonReader& in, const char* name) {
  const std::string text = in.text(name);
  const auto duration = parse_duration(text);
  if (!duration || *duration < shortest_window || *duration > longest_window)
    in.refuse(name, "is not a duration from 1m to 30d", "write it like \"8h\"");
  return duration.value_or(Milliseconds{});
}

Result<ApprovalStep> read_step(const json& document, const std::string& pointer) {
  JsonReader in(document, pointer);
  ApprovalStep step;
  step.name = in.text("name");
  if (auto ok = check_name("step name", step.name); !ok) in.refuse("name", ok.error().message);
  step.approvers = in.texts("approvers");
  step.count = in.integer("count", 1, static_cast<std::int64_t>(most_approvers));
  std::set<std::string> distinct;
  bool many = false;
  for (const std::string& each : step.approvers) {
    const std::size_t colon = each.find(':');
    many |= colon != each.npos;
    if (colon == each.npos) {
      if (auto ok = check_name("account name", each); !ok)
        in.refuse("approvers", ok.error().message);
    } else if (!check_text("the approver", each) || each.size() > longest_approver) {
      in.refuse("approvers", "has a malformed group or claim",
                "write it like \"group:NAME\" or \"unix:group:NAME\"");
    }
    if (!distinct.insert(fold_case(each)).second)
      in.refuse("approvers", "names " + printable(each) + " twice");
  }
  if (step.approvers.empty() || step.approvers.size() > most_approvers)
    in.refuse("approvers", "needs 1 to " + std::to_string(most_approvers) + " accounts");
  if (!many && step.count > std::ssize(step.approvers))
    in.refuse("count", "asks for more people than the step has approvers");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return step;
}

Result<Ceilings> read_ceilings(const json& document, const std::string& pointer) {
  JsonReader in(document, pointer);
  Ceilings ceilings;
  ceilings.signatures = in.integer("signatures", 1, most_signatures);
  ceilings.window = read_window(in, "window");
  ceilings.pending = read_window(in, "pending");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return ceilings;
}

std::vector<Hash> read_weak_hashes(JsonReader& in) {
  std::set<Hash> hashes;
  if (in.any("weak_hashes") == nullptr) return {};
  for (const std::string& each : in.texts("weak_hashes")) {
    const auto hash = hash_from_text(each);
    if (!hash || !is_weak(*hash))
      in.refuse("weak_hashes", "names " + printable(each) + ", which is no weak hash",
                "write [\"sha1\"], or leave it out: strong hashes need not be named");
    else if (!hashes.insert(*hash).second)
      in.refuse("weak_hashes", "names " + each + " twice");
  }
  return {hashes.begin(), hashes.end()};
}

/// The part of a policy's document that is about consent.
json consent_to_json(const SigningPolicy& policy) {
  if (!policy.needs_approval()) return {{"approval", "none"}};
  json steps = json::array();
  for (const ApprovalStep& step : policy.steps)
    steps.push_back({{"name", step.name}, {"approvers", step.approvers}, {"count", step.count}});
  return {{"approval", std::move(steps)},
          {"ceilings",
           {{"signatures", policy.ceilings.signatures},
            {"window", to_text(policy.ceilings.window)},
            {"pending", to_text(policy.ceilings.pending)}}}};
}

bool asks_for_less(const SigningPolicy& before, const SigningPolicy& after) {
  if (!before.needs_approval()) return false;
  if (after.steps.size() < before.steps.size()) return true;
  for (std::size_t i = 0; i < before.steps.size(); ++i) {
    if (after.steps[i].count < before.steps[i].count) return true;
    for (const std::string& approver : after.steps[i].approvers)
      if (!before.steps[i].names(approver)) return true;
  }
  return after.ceilings.signatures > before.ceilings.signatures ||
         after.ceilings.window > before.ceilings.window ||
         after.ceilings.pending > before.ceilings.pending;
}

}  // namespace

bool ApprovalStep::names(const std::string& account) const {
  return std::ranges::any_of(
      approvers, [&](const std::string& each) { return fold_case(each) == fold_case(account); });
}

bool SigningPolicy::allows(Hash hash) const {
  return !is_weak(hash) || std::ranges::find(weak_hashes, hash) != weak_hashes.end();
}

Result<SigningPolicy> signing_policy_from_json(const json& document, const std::string& pointer) {
  JsonReader in(document, pointer);
  SigningPolicy policy;
  const json* const approval = in.any("approval");
  const json* const ceilings = in.any("ceilings");
  const bool none = approval != nullptr && *approval == "none";
  if (approval == nullptr) {
    in.refuse("approval", "is missing", "write the steps, or \"none\" when nobody need agree");
  } else if (!none && (!approval->is_array() || approval->size() != 1)) {
    in.refuse("approval", "is neither \"none\" nor a list of one step");
  } else if (none && ceilings != nullptr) {
    in.refuse("ceilings", "means nothing where no approval is needed", "leave it out");
  } else if (!none && ceilings == nullptr) {
    in.refuse("ceilings", "is missing", "say how much one approval may cover");
  }
  policy.weak_hashes = read_weak_hashes(in);
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  if (none) return policy;
  for (const json& each : *approval) {
    auto step = read_step(each, pointer + "/approval/" + std::to_string(policy.steps.size()));
    if (!step) return fail(std::move(step.error()));
    policy.steps.push_back(std::move(*step));
  }
  auto read = read_ceilings(*ceilings, pointer + "/ceilings");
  if (!read) return fail(std::move(read.error()));
  policy.ceilings = *read;
  return policy;
}

json to_json(const SigningPolicy& policy) {
  json document = consent_to_json(policy);
  for (const Hash hash : policy.weak_hashes) document["weak_hashes"].push_back(to_text(hash));
  return document;
}

bool loosens(const SigningPolicy& before, const SigningPolicy& after) {
  return asks_for_less(before, after) ||
         !std::ranges::all_of(after.weak_hashes, [&](Hash hash) { return before.allows(hash); });
}

}  // namespace countersign
