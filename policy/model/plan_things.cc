#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/text.h"
#include "policy/model/declaration.h"
#include "policy/model/plan_writer.h"

namespace countersign {

using nlohmann::json;

namespace {

void plan_container(PlanWriter& plan, const json* is, const json& wants) {
  const std::string name = text_in(wants, "name");
  if (is == nullptr)
    plan.step("container.create", {{"name", name}, {"description", wants.at("description")}}, name);
  else if (plan.describes(is, wants))
    plan.step("container.change", {{"container", name}, {"description", wants.at("description")}},
              name);
  const json& had = list_in(is, "keys");
  const auto in = [](const json& keys, const json& key) {
    return std::ranges::find(keys, key) != keys.end();
  };
  for (const json& key : wants.at("keys"))
    if (!in(had, key))
      plan.step(
          "container.add_key",
          {{"container", name}, {"key", key.at("key")}, {"fingerprint", key.at("fingerprint")}},
          name + " " + text_in(key, "key"));
  for (const json& key : had)
    if (!in(wants.at("keys"), key))
      plan.step(
          "container.remove_key",
          {{"container", name}, {"key", key.at("key")}, {"fingerprint", key.at("fingerprint")}},
          name + " " + text_in(key, "key"));
  const std::string was = is == nullptr ? "never" : text_in(*is, "check_every");
  if (was != text_in(wants, "check_every"))
    plan.step("container.schedule", {{"container", name}, {"every", wants.at("check_every")}},
              name + " " + text_in(wants, "check_every"));
}

void plan_signer_state(PlanWriter& plan, const std::string& name, const std::string& was,
                       const std::string& state) {
  if (was == state) return;
  const char* const by = state == "frozen"    ? "signer.freeze"
                         : state == "retired" ? "signer.retire"
                                              : "signer.unfreeze";
  plan.step(by, {{"signer", name}, {"reason", plan.reason()}}, name);
}

/// New and changed roles first: a signer keeps an admin.
void plan_signer_members(PlanWriter& plan, const std::string& name, const json& had,
                         const json& wanted) {
  for (const json& each : wanted) {
    const json* const before = find_entry_of(had, "principal", each);
    if (before != nullptr && before->at("role") == each.at("role")) continue;
    plan.step("member.add",
              {{"signer", name}, {"principal", each.at("principal")}, {"role", each.at("role")}},
              name + " " + text_in(each, "principal") + " --role " + text_in(each, "role"));
  }
  for (const json& each : had)
    if (find_entry_of(wanted, "principal", each) == nullptr)
      plan.step("member.remove", {{"signer", name}, {"principal", each.at("principal")}},
                name + " " + text_in(each, "principal"));
}

/// Certificates that are not there are those that the document's maker could not see.
void plan_change_signer(PlanWriter& plan, const json* is, const json& wants,
                        const std::string& name) {
  json given = json::object();
  if (plan.describes(is, wants)) given["description"] = wants.at("description");
  if (is != nullptr && is->contains("certificates") && wants.contains("certificates") &&
      plan.differs(is, wants, "certificates"))
    given["certificates"] = wants.at("certificates");
  if (given.empty()) return;
  given["signer"] = name;
  plan.step("signer.change", given, name);
}

bool plan_create_signer(PlanWriter& plan, const json& wants, const std::string& name) {
  if (text_in(wants, "state") == "retired") {
    plan.leave_out("a retired signer is not made again");
    return false;
  }
  if (!wants.contains("certificates")) {
    plan.leave_out("the document has no certificates of it: who exported it may not export them");
    return false;
  }
  json admins = json::array();
  for (const json& each : wants.at("members"))
    if (each["role"] == "admin") admins.push_back(each["principal"]);
  plan.step("signer.create",
            {{"name", name},
             {"key_uri", wants.at("key")},
             {"public_key", wants.at("public_key")},
             {"certificates", wants.at("certificates")},
             {"admins", std::move(admins)}},
            name);
  return true;
}

void plan_signer(PlanWriter& plan, const json* is, const json& wants) {
  const std::string name = text_in(wants, "name");
  for (const char* const field : {"key", "public_key"}) plan.check_same(is, wants, field);
  if (is == nullptr && !plan_create_signer(plan, wants, name)) return;
  plan_change_signer(plan, is, wants, name);
  json made = json::array();
  if (is == nullptr)
    for (const json& each : wants.at("members"))
      if (each["role"] == "admin") made.push_back(each);
  const json& had = is == nullptr ? made : is->at("members");
  plan_signer_members(plan, name, had, wants.at("members"));
  if (wants.contains("policy") && plan.differs(is, wants, "policy"))
    plan.step("policy.set",
              {{"signer", name}, {"policy", wants.at("policy")}, {"reason", plan.reason()}}, name);
  plan_signer_state(plan, name, is == nullptr ? "active" : text_in(*is, "state"),
                    text_in(wants, "state"));
}

void plan_application_parts(PlanWriter& plan, const std::string& name, const json* is,
                            const json& wants) {
  for (const auto& [list, part] : {std::pair("signers", "signer"), {"containers", "container"}}) {
    const std::string add = std::string("application.add_") + part;
    const std::string remove = std::string("application.remove_") + part;
    for (const std::string& each : texts_beyond(list_in(is, list), wants.at(list)))
      plan.step(remove.c_str(), {{"application", name}, {part, each}}, name + " " + each);
    for (const std::string& each : texts_beyond(wants.at(list), list_in(is, list)))
      plan.step(add.c_str(), {{"application", name}, {part, each}}, name + " " + each);
  }
}

void plan_application(PlanWriter& plan, const json* is, const json& wants) {
  const std::string name = text_in(wants, "name");
  json made = json::array();
  if (is == nullptr) {
    const json& members = wants.at("members");
    made.push_back(
        *std::ranges::find_if(members, [](const json& each) { return each["role"] == "admin"; }));
    plan.step("application.create",
              {{"name", name},
               {"description", wants.at("description")},
               {"admin", made.front().at("principal")}},
              name);
  } else if (plan.describes(is, wants)) {
    plan.step("application.change",
              {{"application", name}, {"description", wants.at("description")}}, name);
  }
  plan_application_parts(plan, name, is, wants);
  const json& had = is == nullptr ? made : is->at("members");
  for (const json& each : wants.at("members")) {
    const json* const before = find_entry_of(had, "principal", each);
    if (before != nullptr && before->at("role") == each.at("role")) continue;
    plan.step(
        "application.add_member",
        {{"application", name}, {"principal", each.at("principal")}, {"role", each.at("role")}},
        name + " " + text_in(each, "principal") + " --role " + text_in(each, "role"));
  }
  for (const json& each : had)
    if (find_entry_of(wants.at("members"), "principal", each) == nullptr)
      plan.step("application.remove_member",
                {{"application", name}, {"principal", each.at("principal")}},
                name + " " + text_in(each, "principal"));
}

void plan_empty_application(PlanWriter& plan, const json& is) {
  plan_application_parts(plan, text_in(is, "name"), &is,
                         {{"signers", json::array()}, {"containers", json::array()}});
}

void plan_metadata_type(PlanWriter& plan, const json* is, const json& wants) {
  const std::string name = text_in(wants, "name");
  if (is != nullptr && !plan.differs(is, wants, "description") &&
      !plan.differs(is, wants, "kind") && !plan.differs(is, wants, "choices") &&
      !plan.differs(is, wants, "pattern"))
    return;
  json given = wants;
  given.erase(pointer_field);
  plan.step(is == nullptr ? "metadata_type.create" : "metadata_type.change", given, name);
}

void plan_freeze(PlanWriter& plan, const json* is, const json& wants) {
  plan.check_same(is, wants, "reason");
  if (is != nullptr) return;
  const std::string window = text_in(wants, "window");
  plan.step("freeze.create", {{"window", window}, {"reason", wants.at("reason")}}, window);
}

void plan_setting(PlanWriter& plan, const json* is, const json& wants) {
  if (!plan.differs(is, wants, "value")) return;
  const std::string name = text_in(wants, "name");
  plan.step("settings.set", {{"setting", name}, {"value", wants.at("value")}},
            name + " " + text_in(wants, "value"));
}

/// The conditions that are not wanted any more are lifted by an empty text.
void plan_collection(PlanWriter& plan, const json* is, const json& wants) {
  const std::string name = text_in(wants, "name");
  json given = json::object();
  for (const char* const field :
       {"description", "signer", "application", "subject", "key_type", "expires_within"})
    if (is == nullptr ? wants.contains(field) : plan.differs(is, wants, field))
      given[field] = text_in(wants, field);
  if (is != nullptr && given.empty()) return;
  given[is == nullptr ? "name" : "collection"] = name;
  plan.step(is == nullptr ? "collection.create" : "collection.change", given, name);
}

void plan_pin_source(PlanWriter& plan, const json* is, const json& wants) {
  const std::string name = text_in(wants, "hsm");
  if (is == nullptr)
    plan.leave_out("no token of this gateway's configuration has that name");
  else if (plan.describes(is, wants))
    plan.step("pin_source.describe", {{"source", name}, {"description", wants.at("description")}},
              name);
}

}  // namespace

void plan_things(PlanWriter& plan) {
  plan.each_of("containers", plan_container, "container.delete", "container");
  plan.each_of("metadata_types", plan_metadata_type, "metadata_type.delete", "metadata_type");
  plan.each_of("signers", plan_signer);
  plan.each_of("applications", plan_application, "application.delete", "application",
               plan_empty_application);
  plan.each_of("collections", plan_collection, "collection.delete", "collection");
  plan.each_of("pin_sources", plan_pin_source);
  plan.each_of("settings", plan_setting);
  plan.each_of("freezes", plan_freeze);
}

}  // namespace countersign
