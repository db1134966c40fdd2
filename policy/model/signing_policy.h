// The signing policy of a signer: the JSON document that says who must agree, how much one approval
// may cover, what a request has to say, what may be signed and when, and whose consent its own
// change takes. docs/schema/signing-policy.json describes it for other programs.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "policy/model/allowed_algorithms.h"
#include "policy/model/approval_step.h"
#include "policy/model/break_glass.h"
#include "policy/model/ceilings.h"
#include "policy/model/conditions.h"
#include "policy/model/demands.h"
#include "policy/model/quorums.h"

namespace countersign {

/// What becomes of an active request when somebody who approved it leaves.
enum class ApproverLeaves {
  revokes,  ///< it ends: the approval does not count any more
  keeps     ///< it goes on; a pending one loses the approval all the same
};

struct SigningPolicy {
  std::vector<ApprovalStep> steps;  ///< in order, names distinct; empty: `"approval": "none"`
  Ceilings ceilings;                ///< meaningful when there are steps
  Demands demands = {};             ///< likewise
  ApproverLeaves approver_leaves = ApproverLeaves::revokes;  ///< likewise
  std::optional<BreakGlass> break_glass = {};                ///< likewise; missing: there is none
  AllowedAlgorithms algorithms = {};
  Conditions conditions = {};
  Quorums quorums = {};

  bool operator==(const SigningPolicy&) const = default;
  bool needs_approval() const { return !steps.empty(); }
};

/// Reads a policy document strictly. `pointer` is where it stands in the document around it, for
/// errors (`bad_field` with the JSON pointer): an unknown key, a wrong type, a ceiling out of
/// range, a step that its approvers cannot satisfy, hours that never come.
Result<SigningPolicy> signing_policy_from_json(const nlohmann::json& document,
                                               const std::string& pointer);

/// The document that signing_policy_from_json reads back; the same policy gives the same text.
nlohmann::json to_json(const SigningPolicy& policy);

/// What `after` changes of `before`, or says at all where there is none: a JSON Patch (RFC 6902).
nlohmann::json difference(const SigningPolicy* before, const SigningPolicy& after);

/// Whether `after` asks for less consent, or allows more, than `before` in any respect from `now`
/// on. What cannot be compared (hours in another time zone, another pattern) loosens.
bool loosens(const SigningPolicy& before, const SigningPolicy& after, Time now);

}  // namespace countersign
