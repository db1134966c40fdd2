#include <nlohmann/json.hpp>

#include "core/text.h"
#include "policy/model/plan_writer.h"

namespace countersign {

using nlohmann::json;

namespace {

/// Those that come and go, each by an operation of its own.
void plan_principals(PlanWriter& plan, const char* add, const char* remove, const char* part,
                     const std::string& name, const json& had, const json& wanted) {
  for (const std::string& each : texts_beyond(wanted, had))
    plan.step(add, {{part, name}, {"principal", each}}, name + " " + each);
  for (const std::string& each : texts_beyond(had, wanted))
    plan.step(remove, {{part, name}, {"principal", each}}, name + " " + each);
}

void plan_provider(PlanWriter& plan, const json* is, const json& wants) {
  const std::string scheme = text_in(wants, "scheme");
  plan.check_same(is, wants, "kind");
  if (is == nullptr)
    plan.step("provider.create",
              {{"scheme", scheme},
               {"kind", wants.at("kind")},
               {"display_name", wants.at("display_name")}},
              scheme);
  else if (plan.differs(is, wants, "display_name"))
    plan.step("provider.change", {{"provider", scheme}, {"display_name", wants.at("display_name")}},
              scheme);
}

void plan_account(PlanWriter& plan, const json* is, const json& wants) {
  const std::string name = text_in(wants, "name");
  const std::string state = text_in(wants, "state");
  plan.check_same(is, wants, "kind");
  if (state == "deleted") {
    if (is != nullptr) plan.step("account.delete", {{"account", name}}, name);
    return;
  }
  json owners = wants.at("owners");
  if (is == nullptr) {
    json made{{"name", name}, {"kind", wants.at("kind")}};
    if (!owners.empty()) made["owner"] = owners.front();
    plan.step("account.create", made, name);
  }
  if (plan.describes(is, wants))
    plan.step("account.change", {{"account", name}, {"description", wants.at("description")}},
              name + " --description");
  const std::string role = text_in(wants, "product_role");
  if ((is == nullptr ? "member" : text_in(*is, "product_role")) != role)
    plan.step("account.change", {{"account", name}, {"product_role", role}},
              name + " --product-role " + role);
  const json first = owners.empty() ? json::array() : json::array({owners.front()});
  const json& had = is == nullptr ? first : is->at("owners");
  for (const std::string& each : texts_beyond(owners, had))
    plan.step("account.add_owner", {{"account", name}, {"owner", each}}, name + " " + each);
  for (const std::string& each : texts_beyond(had, owners))
    plan.step("account.remove_owner", {{"account", name}, {"owner", each}}, name + " " + each);
  const std::string was = is == nullptr ? "active" : text_in(*is, "state");
  if (was != state)
    plan.step(state == "active" ? "account.enable" : "account.disable",
              {{"account", name}, {"reason", plan.reason()}}, name);
}

void plan_claim(PlanWriter& plan, const json* is, const json& wants) {
  const std::string text = text_in(wants, "claim");
  json given = json::object();
  if (wants.contains("account")) given["account"] = wants["account"];
  if (is == nullptr) {
    const auto first = text.find(':'), second = text.find(':', first + 1);
    given["provider"] = text.substr(0, first);
    given["type"] = text.substr(first + 1, second - first - 1);
    given["value"] = text.substr(second + 1);
    given["description"] = wants.at("description");
    plan.step("claim.create", given, text);
    return;
  }
  if (is->contains("account") &&
      fold_case(text_in(*is, "account")) != fold_case(text_in(wants, "account")))
    plan.refuse("/account differs: a claim stays its account's",
                "leave the claim out to delete it");
  if (is->contains("account")) given.erase("account");
  if (plan.differs(is, wants, "description")) given["description"] = wants.at("description");
  if (given.empty()) return;
  given["claim"] = text;
  plan.step("claim.change", given, text);
}

void plan_group(PlanWriter& plan, const json* is, const json& wants) {
  const std::string name = text_in(wants, "name");
  if (is == nullptr)
    plan.step("group.create", {{"name", name}, {"description", wants.at("description")}}, name);
  else if (plan.describes(is, wants))
    plan.step("group.change", {{"group", name}, {"description", wants.at("description")}}, name);
  plan_principals(plan, "group.add", "group.remove", "group", name, list_in(is, "members"),
                  wants.at("members"));
}

void plan_permission_set(PlanWriter& plan, const json* is, const json& wants) {
  const std::string name = text_in(wants, "name");
  if (is != nullptr && !plan.describes(is, wants) && !plan.differs(is, wants, "permissions"))
    return;
  plan.step(is == nullptr ? "permission_set.create" : "permission_set.change",
            {{is == nullptr ? "name" : "set", name},
             {"description", wants.at("description")},
             {"permissions", wants.at("permissions")}},
            name);
}

void plan_role(PlanWriter& plan, const json* is, const json& wants) {
  const std::string name = text_in(wants, "name");
  const bool same_set = is != nullptr && fold_case(text_in(*is, "permission_set")) ==
                                             fold_case(text_in(wants, "permission_set"));
  if (!same_set || plan.describes(is, wants) || plan.differs(is, wants, "permissions"))
    plan.step(is == nullptr ? "role.create" : "role.change",
              {{is == nullptr ? "name" : "role", name},
               {"description", wants.at("description")},
               {"permission_set", wants.at("permission_set")},
               {"permissions", wants.at("permissions")}},
              name);
  plan_principals(plan, "role.grant", "role.revoke", "role", name, list_in(is, "holders"),
                  wants.at("holders"));
}

}  // namespace

void plan_people(PlanWriter& plan) {
  plan.each_of("identity_providers", plan_provider, "provider.delete", "provider");
  plan.each_of("permission_sets", plan_permission_set, "permission_set.delete", "set");
  plan.each_of("accounts", plan_account);
  plan.each_of("claims", plan_claim, "claim.delete", "claim");
  plan.each_of("groups", plan_group, "group.delete", "group");
  plan.each_of("roles", plan_role, "role.delete", "role");
}

}  // namespace countersign
