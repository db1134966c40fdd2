#include "policy/model/signing_policy.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "core/json_reader.h"
#include "core/text.h"
#include "policy/model/document_list.h"

namespace countersign {

using nlohmann::json;

namespace {

constexpr std::size_t most_steps = 10;

/// The fields that are about consent, as they stand.
struct ConsentFields {
  const json* approval;
  const json* ceilings;
  const json* demands;
  const json* break_glass;
  std::optional<std::string> approver_leaves;

  bool none() const { return approval != nullptr && *approval == "none"; }
};

ConsentFields consent_fields(JsonReader& in) {
  ConsentFields fields{in.any("approval"), in.any("ceilings"), in.any("demands"),
                       in.any("break_glass"), in.optional_text("when_approver_leaves")};
  if (fields.approver_leaves && fields.approver_leaves != "revoke" &&
      fields.approver_leaves != "keep")
    in.refuse("when_approver_leaves", "is neither \"revoke\" nor \"keep\"");
  const json* const approval = fields.approval;
  if (approval == nullptr) {
    in.refuse("approval", "is missing", "write the steps, or \"none\" when nobody need agree");
  } else if (fields.none()) {
    for (const auto& [name, field] :
         {std::pair("ceilings", fields.ceilings), std::pair("demands", fields.demands),
          std::pair("break_glass", fields.break_glass)})
      if (field != nullptr)
        in.refuse(name, "means nothing where no approval is needed", "leave it out");
    if (fields.approver_leaves)
      in.refuse("when_approver_leaves", "means nothing where no approval is needed",
                "leave it out");
  } else if (!approval->is_array() || approval->empty() || approval->size() > most_steps) {
    in.refuse("approval",
              "is neither \"none\" nor a list of 1 to " + std::to_string(most_steps) + " steps");
  } else if (fields.ceilings == nullptr) {
    in.refuse("ceilings", "is missing", "say how much one approval may cover");
  }
  return fields;
}

Status read_consent(const ConsentFields& fields, const std::string& pointer,
                    SigningPolicy& policy) {
  auto steps =
      read_list(*fields.approval, pointer + "/approval", most_steps, approval_step_from_json);
  if (!steps) return fail(std::move(steps.error()));
  policy.steps = std::move(*steps);
  std::set<std::string> names;
  for (const ApprovalStep& step : policy.steps)
    if (!names.insert(fold_case(step.name)).second)
      return fail(ErrorKind::invalid, "bad_field",
                  pointer + "/approval has the step " + step.name + " twice",
                  "give each step a name of its own");
  auto ceilings = ceilings_from_json(*fields.ceilings, pointer + "/ceilings");
  if (!ceilings) return fail(std::move(ceilings.error()));
  policy.ceilings = *ceilings;
  if (fields.approver_leaves == "keep") policy.approver_leaves = ApproverLeaves::keeps;
  if (fields.demands != nullptr) {
    auto demands = demands_from_json(*fields.demands, pointer + "/demands");
    if (!demands) return fail(std::move(demands.error()));
    policy.demands = std::move(*demands);
  }
  if (fields.break_glass != nullptr) {
    auto glass = break_glass_from_json(*fields.break_glass, pointer + "/break_glass");
    if (!glass) return fail(std::move(glass.error()));
    policy.break_glass = std::move(*glass);
  }
  return {};
}

/// Whether the steps of `after` go through one for each of `before`, in their order.
bool go_through(const std::vector<ApprovalStep>& after, const std::vector<ApprovalStep>& before) {
  auto next = after.begin();
  return std::ranges::all_of(before, [&](const ApprovalStep& step) {
    next = std::find_if(next, after.end(),
                        [&](const ApprovalStep& each) { return is_as_strict(step, each); });
    return next != after.end() && (++next, true);
  });
}

bool asks_less_consent(const SigningPolicy& before, const SigningPolicy& after) {
  if (!before.needs_approval()) return false;
  return !after.needs_approval() || !go_through(after.steps, before.steps) ||
         are_higher(before.ceilings, after.ceilings) ||
         demand_less(before.demands, after.demands) ||
         after.approver_leaves > before.approver_leaves ||
         (after.break_glass &&
          (!before.break_glass || allows_more(*before.break_glass, *after.break_glass)));
}

}  // namespace

Result<SigningPolicy> signing_policy_from_json(const json& document, const std::string& pointer) {
  JsonReader in(document, pointer);
  SigningPolicy policy;
  const ConsentFields consent = consent_fields(in);
  policy.algorithms = read_algorithms(in);
  auto conditions = read_conditions(in, pointer);
  const json* const quorums = in.any("quorums");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  if (!conditions) return fail(std::move(conditions.error()));
  policy.conditions = std::move(*conditions);
  if (quorums != nullptr) {
    auto read = quorums_from_json(*quorums, pointer + "/quorums");
    if (!read) return fail(std::move(read.error()));
    policy.quorums = std::move(*read);
  }
  if (consent.none()) return policy;
  if (auto ok = read_consent(consent, pointer, policy); !ok) return fail(ok.error());
  return policy;
}

json to_json(const SigningPolicy& policy) {
  json document;
  if (policy.needs_approval()) {
    document["approval"] = list_to_json(policy.steps);
    document["ceilings"] = to_json(policy.ceilings);
    if (policy.demands != Demands{}) document["demands"] = to_json(policy.demands);
    if (policy.approver_leaves == ApproverLeaves::keeps) document["when_approver_leaves"] = "keep";
    if (policy.break_glass) document["break_glass"] = to_json(*policy.break_glass);
  } else {
    document["approval"] = "none";
  }
  write_algorithms(policy.algorithms, document);
  write_conditions(policy.conditions, document);
  if (policy.quorums != Quorums{}) document["quorums"] = to_json(policy.quorums);
  return document;
}

json difference(const SigningPolicy* before, const SigningPolicy& after) {
  return json::diff(before == nullptr ? json::object() : to_json(*before), to_json(after));
}

bool loosens(const SigningPolicy& before, const SigningPolicy& after, Time now) {
  return asks_less_consent(before, after) || allow_more(before.algorithms, after.algorithms) ||
         ask_less(before.conditions, after.conditions, now) ||
         ask_less(before.quorums, after.quorums);
}

}  // namespace countersign
