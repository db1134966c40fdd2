#include "policy/model/declaration_plan.h"

#include <nlohmann/json.hpp>

#include "policy/model/plan_writer.h"

namespace countersign {

using nlohmann::json;

json arguments_of(const PlannedStep& step) {
  return json::parse(step.arguments);
}

Result<DeclarationPlan> plan_between(const json& current, const json& wanted,
                                     const std::string& reason) {
  PlanWriter plan(current, wanted, reason);
  plan_people(plan);
  plan_things(plan);
  return plan.take();
}

}  // namespace countersign
