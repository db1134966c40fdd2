// The difference between what is and what a document wants, as operations.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/result.h"

namespace countersign {

/// One operation of a plan.
struct PlannedStep {
  std::string operation;  ///< name of the row in the operation table
  std::string
      arguments;        ///< JSON object by name; "signer", "application" and so on as in its route
  std::string pointer;  ///< of what asks for it, in the document
  std::string text;     ///< in words: the verb, and what it is about
};

nlohmann::json arguments_of(const PlannedStep& step);

/// What cannot be had of a document, and why.
struct LeftOut {
  std::string pointer;
  std::string reason;
};

struct DeclarationPlan {
  std::vector<PlannedStep> steps;  ///< in an order in which most can be made
  std::vector<LeftOut> left_out;
};

/// Both as declaration_from_json() and the export give them; a section that `wanted` does not have
/// is left alone. `reason` is recorded where an operation takes one. Errors: `bad_field`, for what
/// no operation changes.
Result<DeclarationPlan> plan_between(const nlohmann::json& current, const nlohmann::json& wanted,
                                     const std::string& reason);

}  // namespace countersign
