#include <algorithm>
#include <nlohmann/json.hpp>

#include "gateway/server/json_views.h"
#include "policy/access.h"
#include "policy/change_people.h"
#include "policy/declaration_apply.h"

namespace countersign::server {

using nlohmann::json;

namespace {

/// What an applied document does is many things, of which the caller is to know his.
json arguments_shown(Transaction& transaction, const Caller& caller, const ChangeRequest& change) {
  json arguments = json::parse(change.arguments).at("arguments");
  if (change.operation != "declaration.apply" || change.requester == caller.account.id)
    return arguments;
  return visible_steps(transaction, caller, std::move(arguments));
}

/// The name of an application that the caller may not know of.
std::optional<std::string> hidden_application(Transaction& transaction, const Caller& caller,
                                              ApplicationId id) {
  const auto application = transaction.applications.find(id);
  if (!application || may(transaction, caller, right::see_application, on_application(id)))
    return std::nullopt;
  return application->name;
}

/// The pieces of the effect, separated by "; ", that are not of what is hidden from the caller.
std::string effect_shown(Transaction& transaction, const Caller& caller,
                         const ChangeRequest& change) {
  constexpr std::string_view between = "; ";
  std::vector<std::string> hidden;
  for (const ChangePart& each : change.parts)
    if (const Signer* const signer = transaction.signers.find(each.signer);
        signer != nullptr && !may(transaction, caller, right::see_signer, signer))
      hidden.push_back(signer->name);
  for (const ChangePart& each : change.parts)
    if (each.application != 0)
      if (const auto name = hidden_application(transaction, caller, each.application))
        hidden.push_back("application " + *name);
  if (hidden.empty() || change.requester == caller.account.id) return change.effect;
  std::string shown;
  for (std::size_t from = 0; from < change.effect.size();) {
    const std::size_t end = std::min(change.effect.find(between, from), change.effect.size());
    const std::string piece = change.effect.substr(from, end - from);
    const bool of_hidden = std::ranges::any_of(hidden, [&](const std::string& name) {
      return piece.starts_with(name + ":") || piece.starts_with(name + " ");
    });
    if (!of_hidden) shown += (shown.empty() ? "" : std::string(between)) + piece;
    from = end + between.size();
  }
  return shown;
}

bool sees(Transaction& transaction, const Caller& caller, const ChangePart& part) {
  if (part.application != 0) return !hidden_application(transaction, caller, part.application);
  if (part.signer == 0) return may(transaction, caller, right::see_accounts);
  return may(transaction, caller, right::see_signer, transaction.signers.find(part.signer));
}

}  // namespace

json change_json(Transaction& transaction, const Caller& caller, const ChangeRequest& change) {
  json parts = json::array();
  for (const ChangePart& each : change.parts) {
    const Signer* const signer = transaction.signers.find(each.signer);
    json part{{"to", to_text(each.consent)},
              {"needs", each.needs},
              {"consents", consents_given(transaction, change, each)}};
    if (each.application != 0)
      part["of"] = hidden_application(transaction, caller, each.application)
                       ? "an application"
                       : "application " + transaction.applications.find(each.application)->name;
    else if (each.signer == 0)
      part["of"] = "the product";
    else if (may(transaction, caller, right::see_signer, signer))
      part["of"] = signer->name;
    else
      part["of"] = "a signer";
    parts.push_back(std::move(part));
  }
  json answers = json::array();
  for (const ChangeAnswer& each : transaction.changes.answers(change.id)) {
    answers.push_back({{"account", transaction.accounts.name_of(each.account)},
                       {"verdict", each.consents ? "consent" : "reject"},
                       {"time", to_rfc3339(each.time)}});
    if (!each.comment.empty()) answers.back()["comment"] = each.comment;
  }
  json view{{"id", change.id},
            {"operation", change.operation},
            {"requester", transaction.accounts.name_of(change.requester)},
            {"state", to_text(state_at(change, transaction.now))},
            {"effect", effect_shown(transaction, caller, change)},
            {"arguments", arguments_shown(transaction, caller, change)},
            {"parts", std::move(parts)},
            {"answers", std::move(answers)},
            {"created", to_rfc3339(change.created)},
            {"open_until", to_rfc3339(change.open_until)}};
  if (!change.outcome.empty()) view["outcome"] = change.outcome;
  return view;
}

void add_asked(Transaction& transaction, const Caller& caller, const ChangeRequest& change,
               json& view) {
  if (state_at(change, transaction.now) != ChangeState::pending) return;
  for (std::size_t i = 0; i < change.parts.size(); ++i) {
    if (!sees(transaction, caller, change.parts[i])) continue;
    json& asked = view["parts"][i]["asked"] = json::array();
    for (const AccountId id : people_asked(transaction, change, change.parts[i]))
      asked.push_back(transaction.accounts.name_of(id));
  }
}

}  // namespace countersign::server
