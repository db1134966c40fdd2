// Making a store what a document wants: one plan of operations, made together.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/model/declaration_plan.h"
#include "policy/transaction.h"

namespace countersign {

/// What the caller would have to do for the store to be as `wanted`, read by
/// declaration_from_json(), says. What the admins of a signer decide that is only to be made is
/// left out, unless he is to be one of them: the same document, applied again, asks them. Errors:
/// `not_allowed`, `bad_field`.
Result<DeclarationPlan> plan_declaration(Transaction& transaction, const Caller& caller,
                                         const nlohmann::json& wanted, const std::string& reason);

/// What the applier of declaration.apply takes.
nlohmann::json steps_json(const std::vector<PlannedStep>& steps);

/// Makes every step by the function that makes it alone, allowed as if it came alone, in an order
/// in which each can be made; nothing when one cannot. New accounts get no enrolment code: `account
/// enrol` makes one. Errors: those of the steps, with the place in the document.
Status make_declaration(Transaction& transaction, const Caller& caller,
                        const nlohmann::json& arguments);

/// The signers that there are which the steps change by operations that may take consent, and by
/// which.
std::vector<std::pair<std::string, SignerId>> signers_changed(Transaction& transaction,
                                                              const nlohmann::json& arguments);

/// The same arguments with those steps alone that are about what the caller may know of.
nlohmann::json visible_steps(Transaction& transaction, const Caller& caller,
                             nlohmann::json arguments);

}  // namespace countersign
