#include "policy/application_proposals.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "policy/access.h"

namespace countersign {
namespace {

using nlohmann::json;

bool changes_members(const std::string& operation) {
  return operation == "application.add_member" || operation == "application.remove_member";
}

/// Appliers are given its number, documents its name.
std::optional<Application> application_of(Transaction& transaction, const json& arguments) {
  const json& named = arguments.at("application");
  return named.is_string() ? transaction.applications.find(named.get<std::string>())
                           : transaction.applications.find(named.get<ApplicationId>());
}

std::string effect_of(const json& arguments) {
  const auto principal = arguments.at("principal").get<std::string>();
  const auto role = arguments.find("role");
  return role == arguments.end() ? principal + " is no member any more"
                                 : principal + " as " + role->get<std::string>();
}

void add_proposal(Transaction& transaction, const Caller& caller, const json& arguments,
                  std::vector<ApplicationProposal>& all) {
  const auto application = application_of(transaction, arguments);
  if (!application ||
      may(transaction, caller, right::change_application_members, on_application(application->id)))
    return;
  const auto known = std::ranges::find(all, application->id, &ApplicationProposal::application);
  if (known == all.end())
    all.push_back(
        {application->id, "application " + application->name + ": " + effect_of(arguments)});
  else
    known->effect += ", " + effect_of(arguments);
}

}  // namespace

std::vector<ApplicationProposal> application_proposals(Transaction& transaction,
                                                       const Caller& caller,
                                                       const std::string& operation,
                                                       const json& arguments) {
  std::vector<ApplicationProposal> all;
  if (changes_members(operation)) add_proposal(transaction, caller, arguments, all);
  if (operation == "declaration.apply")
    for (const json& step : arguments.at("steps"))
      if (changes_members(step.at("operation").get<std::string>()))
        add_proposal(transaction, caller, step.at("arguments"), all);
  return all;
}

}  // namespace countersign
