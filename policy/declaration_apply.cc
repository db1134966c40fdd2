#include "policy/declaration_apply.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "core/rfc3339.h"
#include "core/text.h"
#include "policy/access.h"
#include "policy/applications.h"
#include "policy/appliers.h"
#include "policy/collections.h"
#include "policy/containers.h"
#include "policy/declaration_export.h"
#include "policy/declaration_steps.h"

namespace countersign {

using nlohmann::json;

namespace {

PlannedStep step_of(const json& step) {
  return {step.at("operation").get<std::string>(), step.at("arguments").dump(),
          step.at("pointer").get<std::string>(), step.at("text").get<std::string>()};
}

/// Finds what the step is about. Errors: `not_found`.
Result<StepObjects> objects_of_step(Transaction& transaction, const Caller& caller,
                                    const PlannedStep& step) {
  StepObjects about;
  const auto find = [&](auto& visible, const char* name, auto& into) -> Status {
    auto found =
        visible(transaction, caller, arguments_of(step).at(name).template get<std::string>());
    if (!found) return fail(std::move(found.error()));
    into = std::move(*found);
    return {};
  };
  Status found;
  switch (operation(step.operation).scope) {
    case Scope::signer:
      found = find(visible_signer, "signer", about.signer);
      break;
    case Scope::application:
      found = find(visible_application, "application", about.application);
      break;
    case Scope::container:
      found = find(visible_container, "container", about.container);
      break;
    case Scope::collection:
      found = find(visible_collection, "collection", about.collection);
      break;
    case Scope::pin_source:
      found = find(visible_pin_source, "source", about.pin_source);
      break;
    case Scope::account:
    case Scope::product:
    case Scope::request:
      break;
  }
  if (!found) return fail(std::move(found.error()));
  return about;
}

RightObjects rights_on(const StepObjects& about) {
  if (about.application) return on_application(about.application->id);
  if (about.container) return on_container(*about.container);
  if (about.collection) return on_collection(about.collection->id);
  if (about.pin_source) {
    RightObjects on;
    on.provider = about.pin_source->id;
    return on;
  }
  return about.signer;
}

Status make_step(Transaction& transaction, const Caller& caller, const PlannedStep& step) {
  const auto about = objects_of_step(transaction, caller, step);
  if (!about) return fail(about.error());
  if (auto good = authorise(transaction, caller, operation(step.operation), rights_on(*about));
      !good)
    return good;
  if (const StepMaker maker = maker_of(step.operation))
    return maker(transaction, caller, *about, arguments_of(step));
  json arguments = arguments_of(step);
  if (about->signer != nullptr) arguments["signer"] = about->signer->id;
  if (about->application) arguments["application"] = about->application->id;
  return applier_of(step.operation)(transaction, caller, arguments);
}

/// The same error, with the place in the document that it is about.
Error error_at(const PlannedStep& step, Error error) {
  error.message = step.pointer + ": " + step.text + ": " + error.message;
  return error;
}

/// Tokens are asked for keys before a plan is made, and only for who may make what they are for.
Status check_may_ask_tokens(Transaction& transaction, const Caller& caller,
                            const std::vector<PlannedStep>& steps) {
  for (const PlannedStep& step : steps) {
    if (step.operation != "signer.create" && step.operation != "container.add_key") continue;
    const auto about = objects_of_step(transaction, caller, step);
    // A container that is not there yet is to be made first.
    const Operation& needed = operation(about ? step.operation : "container.create");
    if (auto good =
            authorise(transaction, caller, needed, about ? rights_on(*about) : RightObjects());
        !good)
      return fail(error_at(step, good.error()));
  }
  return {};
}

/// Whether the document makes the caller one of the first admins of the signer.
bool is_to_be_admin(const Caller& caller, const PlannedStep& creation) {
  const json arguments = arguments_of(creation);
  return std::ranges::any_of(arguments.at("admins"), [&](const json& each) {
    return fold_case(each.get<std::string>()) == fold_case(caller.account.name);
  });
}

/// What is decided by admins who are only to be made waits until they are.
void leave_to_first_admins(const Caller& caller, DeclarationPlan& plan) {
  std::set<std::string> made;
  for (const PlannedStep& each : plan.steps)
    if (each.operation == "signer.create" && !is_to_be_admin(caller, each))
      made.insert(arguments_of(each).at("name").get<std::string>());
  std::erase_if(plan.steps, [&](const PlannedStep& step) {
    if (!made.contains(arguments_of(step).value("signer", ""))) return false;
    plan.left_out.push_back({step.pointer, step.text +
                                               ": the signer's admins decide that, once there are "
                                               "any; apply the document again then"});
    return true;
  });
}

/// A document is good for longer than a freeze in it.
void leave_out_what_is_over(Transaction& transaction, DeclarationPlan& plan) {
  std::erase_if(plan.steps, [&](const PlannedStep& step) {
    if (step.operation != "freeze.create") return false;
    const auto window = arguments_of(step).at("window").get<std::string>();
    if (*parse_rfc3339(window.substr(window.find('/') + 1)) > transaction.now) return false;
    plan.left_out.push_back({step.pointer, step.text + ": it is over"});
    return true;
  });
}

bool sees_step(Transaction& transaction, const Caller& caller, const PlannedStep& step) {
  if (operation(step.operation).scope == Scope::product)
    return may(transaction, caller, right::see_accounts);
  const json arguments = arguments_of(step);
  return objects_of_step(transaction, caller, step) &&
         (!arguments.contains("signer") ||
          visible_signer(transaction, caller, arguments["signer"].get<std::string>()));
}

}  // namespace

Result<DeclarationPlan> plan_declaration(Transaction& transaction, const Caller& caller,
                                         const json& wanted, const std::string& reason) {
  if (auto good = check_text("the reason", reason); !good) return fail(good.error());
  const auto current = current_declaration(transaction, caller, wanted);
  if (!current) return fail(current.error());
  auto plan = plan_between(*current, wanted, reason);
  if (!plan) return plan;
  leave_to_first_admins(caller, *plan);
  leave_out_what_is_over(transaction, *plan);
  if (auto good = check_may_ask_tokens(transaction, caller, plan->steps); !good)
    return fail(good.error());
  return plan;
}

json steps_json(const std::vector<PlannedStep>& steps) {
  json list = json::array();
  for (const PlannedStep& each : steps)
    list.push_back({{"operation", each.operation},
                    {"arguments", arguments_of(each)},
                    {"pointer", each.pointer},
                    {"text", each.text}});
  return {{"steps", std::move(list)}};
}

Status make_declaration(Transaction& transaction, const Caller& caller, const json& arguments) {
  std::vector<PlannedStep> steps;
  for (const json& each : arguments.at("steps")) steps.push_back(step_of(each));
  const std::size_t all = steps.size();
  while (!steps.empty()) {
    std::optional<Error> first_error;
    bool refused = false;
    const std::size_t before = steps.size();
    std::erase_if(steps, [&](const PlannedStep& step) {
      if (refused) return false;
      transaction.trial.begin();
      const Status made = make_step(transaction, caller, step);
      if (made) {
        transaction.trial.keep();
        return true;
      }
      transaction.trial.undo();
      // What the caller may not do, another step does not allow him.
      refused = made.error().code == "not_allowed";
      if (!first_error || refused) first_error = error_at(step, made.error());
      return false;
    });
    if (refused || steps.size() == before) return fail(*first_error);
  }
  record_change(transaction, caller, "declaration.apply", std::nullopt, std::nullopt,
                {{"steps", std::to_string(all)}});
  return {};
}

std::vector<std::pair<std::string, SignerId>> signers_changed(Transaction& transaction,
                                                              const json& arguments) {
  std::vector<std::pair<std::string, SignerId>> all;
  for (const json& each : arguments.at("steps")) {
    const PlannedStep step = step_of(each);
    if (operation(step.operation).scope != Scope::signer || applier_of(step.operation) == nullptr)
      continue;
    if (const Signer* const signer =
            transaction.signers.find(arguments_of(step).at("signer").get<std::string>()))
      all.emplace_back(step.operation, signer->id);
  }
  return all;
}

json visible_steps(Transaction& transaction, const Caller& caller, json arguments) {
  json seen = json::array();
  for (json& each : arguments.at("steps"))
    if (sees_step(transaction, caller, step_of(each))) seen.push_back(std::move(each));
  return {{"steps", std::move(seen)}};
}

}  // namespace countersign
