#include "policy/model/declaration_plan.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "core/text.h"
#include "policy/model/declaration.h"
#include "policy/model/operation.h"

namespace countersign {

using nlohmann::json;

namespace {

std::string text_in(const json& object, const char* field) {
  return object.value(field, std::string());
}

/// The entry of that key, without regard to case; null when there is none.
const json* find_entry_of(const json& list, const char* key, const json& wanted) {
  const std::string folded = fold_case(text_in(wanted, key));
  for (const json& each : list)
    if (fold_case(text_in(each, key)) == folded) return &each;
  return nullptr;
}

const json none = json::array();

const json& list_in(const json* object, const char* field) {
  if (object == nullptr) return none;
  const auto found = object->find(field);
  return found == object->end() ? none : *found;
}

/// The texts of `from` that `other` has not, without regard to case.
std::vector<std::string> texts_beyond(const json& from, const json& other) {
  std::set<std::string> known;
  for (const json& each : other) known.insert(fold_case(each.get<std::string>()));
  std::vector<std::string> beyond;
  for (const json& each : from)
    if (!known.contains(fold_case(each.get<std::string>())))
      beyond.push_back(each.get<std::string>());
  return beyond;
}

class Planner {
 public:
  Planner(const json& current, const json& wanted, std::string reason)
      : current_(current), wanted_(wanted), reason_(std::move(reason)) {}

  Result<DeclarationPlan> plan() {
    each_of("identity_providers", &Planner::provider, "provider.delete", "provider");
    each_of("permission_sets", &Planner::permission_set, "permission_set.delete", "set");
    each_of("accounts", &Planner::account, nullptr, nullptr);
    each_of("claims", &Planner::claim, "claim.delete", "claim");
    each_of("groups", &Planner::group, "group.delete", "group");
    each_of("roles", &Planner::role, "role.delete", "role");
    each_of("containers", &Planner::container, "container.delete", "container");
    each_of("metadata_types", &Planner::metadata_type, "metadata_type.delete", "metadata_type");
    each_of("signers", &Planner::signer, nullptr, nullptr);
    each_of("applications", &Planner::application, "application.delete", "application");
    each_of("collections", &Planner::collection, "collection.delete", "collection");
    each_of("pin_sources", &Planner::pin_source, nullptr, nullptr);
    each_of("settings", &Planner::setting, nullptr, nullptr);
    each_of("freezes", &Planner::freeze, nullptr, nullptr);
    if (error_) return fail(*error_);
    return std::move(plan_);
  }

 private:
  using PlanEntry = void (Planner::*)(const json* is, const json& wants);

  /// What is wanted, entry by entry, and then the end of what is not.
  void each_of(const char* section, PlanEntry plan_entry, const char* ending, const char* part) {
    const auto list = wanted_.find(section);
    if (list == wanted_.end()) return;
    const auto row = std::ranges::find_if(declaration_sections(), [&](const auto& each) {
      return std::string_view(each.name) == section;
    });
    const json& there = current_.at(section);
    for (const json& wants : *list) {
      pointer_ = text_in(wants, pointer_field);
      (this->*plan_entry)(find_entry_of(there, row->key, wants), wants);
    }
    pointer_ = std::string("/") + section;
    if (!row->whole) return;
    for (const json& is : there)
      if (find_entry_of(*list, row->key, is) == nullptr) {
        // What is in it has to go first.
        if (std::string_view(section) == "applications") empty_application(is);
        step(ending, {{part, is.at(row->key)}}, text_in(is, row->key));
      }
  }

  void step(const char* name, const json& arguments, const std::string& about) {
    plan_.steps.push_back(
        {name, arguments.dump(), pointer_, std::string(operation(name).verb) + " " + about});
  }
  void leave_out(const std::string& reason) { plan_.left_out.push_back({pointer_, reason}); }

  /// Whether the field is as it is wanted; what is not, no operation changes.
  void check_same(const json* is, const json& wants, const char* field) {
    if (is == nullptr || !wants.contains(field) || !is->contains(field)) return;
    if (is->at(field) == wants.at(field) || error_) return;
    error_ = Error{ErrorKind::invalid, "bad_field",
                   pointer_ + "/" + field + " differs from what is, and no operation changes it",
                   "write it as export does"};
  }
  static bool differs(const json* is, const json& wants, const char* field) {
    return is == nullptr || is->value(field, json()) != wants.value(field, json());
  }
  bool describes(const json* is, const json& wants) {
    return is != nullptr ? differs(is, wants, "description")
                         : !text_in(wants, "description").empty();
  }

  void provider(const json* is, const json& wants) {
    const std::string scheme = text_in(wants, "scheme");
    check_same(is, wants, "kind");
    if (is == nullptr)
      step("provider.create",
           {{"scheme", scheme},
            {"kind", wants.at("kind")},
            {"display_name", wants.at("display_name")}},
           scheme);
    else if (differs(is, wants, "display_name"))
      step("provider.change", {{"provider", scheme}, {"display_name", wants.at("display_name")}},
           scheme);
  }

  void account(const json* is, const json& wants) {
    const std::string name = text_in(wants, "name");
    const std::string state = text_in(wants, "state");
    check_same(is, wants, "kind");
    if (state == "deleted") {
      if (is != nullptr) step("account.delete", {{"account", name}}, name);
      return;
    }
    json owners = wants.at("owners");
    if (is == nullptr) {
      json made{{"name", name}, {"kind", wants.at("kind")}};
      if (!owners.empty()) made["owner"] = owners.front();
      step("account.create", made, name);
    }
    if (describes(is, wants))
      step("account.change", {{"account", name}, {"description", wants.at("description")}},
           name + " --description");
    const std::string role = text_in(wants, "product_role");
    if ((is == nullptr ? "member" : text_in(*is, "product_role")) != role)
      step("account.change", {{"account", name}, {"product_role", role}},
           name + " --product-role " + role);
    const json first = owners.empty() ? json::array() : json::array({owners.front()});
    const json& had = is == nullptr ? first : is->at("owners");
    for (const std::string& each : texts_beyond(owners, had))
      step("account.add_owner", {{"account", name}, {"owner", each}}, name + " " + each);
    for (const std::string& each : texts_beyond(had, owners))
      step("account.remove_owner", {{"account", name}, {"owner", each}}, name + " " + each);
    const std::string was = is == nullptr ? "active" : text_in(*is, "state");
    if (was != state)
      step(state == "active" ? "account.enable" : "account.disable",
           {{"account", name}, {"reason", reason_}}, name);
  }

  void claim(const json* is, const json& wants) {
    const std::string text = text_in(wants, "claim");
    json given = json::object();
    if (wants.contains("account")) given["account"] = wants["account"];
    if (is == nullptr) {
      const auto first = text.find(':'), second = text.find(':', first + 1);
      given["provider"] = text.substr(0, first);
      given["type"] = text.substr(first + 1, second - first - 1);
      given["value"] = text.substr(second + 1);
      given["description"] = wants.at("description");
      step("claim.create", given, text);
      return;
    }
    if (is->contains("account") &&
        fold_case(text_in(*is, "account")) != fold_case(text_in(wants, "account")) && !error_)
      error_ = Error{ErrorKind::invalid, "bad_field",
                     pointer_ + "/account differs: a claim stays its account's",
                     "leave the claim out to delete it"};
    if (is->contains("account")) given.erase("account");
    if (differs(is, wants, "description")) given["description"] = wants.at("description");
    if (given.empty()) return;
    given["claim"] = text;
    step("claim.change", given, text);
  }

  void group(const json* is, const json& wants) {
    const std::string name = text_in(wants, "name");
    if (is == nullptr)
      step("group.create", {{"name", name}, {"description", wants.at("description")}}, name);
    else if (describes(is, wants))
      step("group.change", {{"group", name}, {"description", wants.at("description")}}, name);
    principals("group.add", "group.remove", "group", name, list_in(is, "members"),
               wants.at("members"));
  }

  /// Those that come and go, each by an operation of its own.
  void principals(const char* add, const char* remove, const char* part, const std::string& name,
                  const json& had, const json& wanted) {
    for (const std::string& each : texts_beyond(wanted, had))
      step(add, {{part, name}, {"principal", each}}, name + " " + each);
    for (const std::string& each : texts_beyond(had, wanted))
      step(remove, {{part, name}, {"principal", each}}, name + " " + each);
  }

  void permission_set(const json* is, const json& wants) {
    const std::string name = text_in(wants, "name");
    if (is != nullptr && !describes(is, wants) && !differs(is, wants, "permissions")) return;
    step(is == nullptr ? "permission_set.create" : "permission_set.change",
         {{is == nullptr ? "name" : "set", name},
          {"description", wants.at("description")},
          {"permissions", wants.at("permissions")}},
         name);
  }

  void role(const json* is, const json& wants) {
    const std::string name = text_in(wants, "name");
    const bool same_set = is != nullptr && fold_case(text_in(*is, "permission_set")) ==
                                               fold_case(text_in(wants, "permission_set"));
    if (!same_set || describes(is, wants) || differs(is, wants, "permissions"))
      step(is == nullptr ? "role.create" : "role.change",
           {{is == nullptr ? "name" : "role", name},
            {"description", wants.at("description")},
            {"permission_set", wants.at("permission_set")},
            {"permissions", wants.at("permissions")}},
           name);
    principals("role.grant", "role.revoke", "role", name, list_in(is, "holders"),
               wants.at("holders"));
  }

  void container(const json* is, const json& wants) {
    const std::string name = text_in(wants, "name");
    if (is == nullptr)
      step("container.create", {{"name", name}, {"description", wants.at("description")}}, name);
    else if (describes(is, wants))
      step("container.change", {{"container", name}, {"description", wants.at("description")}},
           name);
    const json& had = list_in(is, "keys");
    const auto in = [](const json& keys, const json& key) {
      return std::ranges::find(keys, key) != keys.end();
    };
    for (const json& key : wants.at("keys"))
      if (!in(had, key))
        step("container.add_key",
             {{"container", name}, {"key", key.at("key")}, {"fingerprint", key.at("fingerprint")}},
             name + " " + text_in(key, "key"));
    for (const json& key : had)
      if (!in(wants.at("keys"), key))
        step("container.remove_key",
             {{"container", name}, {"key", key.at("key")}, {"fingerprint", key.at("fingerprint")}},
             name + " " + text_in(key, "key"));
    const std::string was = is == nullptr ? "never" : text_in(*is, "check_every");
    if (was != text_in(wants, "check_every"))
      step("container.schedule", {{"container", name}, {"every", wants.at("check_every")}},
           name + " " + text_in(wants, "check_every"));
  }

  void signer(const json* is, const json& wants) {
    const std::string name = text_in(wants, "name");
    for (const char* const field : {"key", "public_key"}) check_same(is, wants, field);
    if (is == nullptr && !create_signer(wants, name)) return;
    change_signer(is, wants, name);
    json made = json::array();
    if (is == nullptr)
      for (const json& each : wants.at("members"))
        if (each["role"] == "admin") made.push_back(each);
    const json& had = is == nullptr ? made : is->at("members");
    signer_members(name, had, wants.at("members"));
    if (wants.contains("policy") && differs(is, wants, "policy"))
      step("policy.set", {{"signer", name}, {"policy", wants.at("policy")}, {"reason", reason_}},
           name);
    signer_state(name, is == nullptr ? "active" : text_in(*is, "state"), text_in(wants, "state"));
  }

  bool create_signer(const json& wants, const std::string& name) {
    if (text_in(wants, "state") == "retired") {
      leave_out("a retired signer is not made again");
      return false;
    }
    if (!wants.contains("certificates")) {
      leave_out("the document has no certificates of it: who exported it may not export them");
      return false;
    }
    json admins = json::array();
    for (const json& each : wants.at("members"))
      if (each["role"] == "admin") admins.push_back(each["principal"]);
    step("signer.create",
         {{"name", name},
          {"key_uri", wants.at("key")},
          {"public_key", wants.at("public_key")},
          {"certificates", wants.at("certificates")},
          {"admins", std::move(admins)}},
         name);
    return true;
  }

  /// Certificates that are not there are those that the document's maker could not see.
  void change_signer(const json* is, const json& wants, const std::string& name) {
    json given = json::object();
    if (describes(is, wants)) given["description"] = wants.at("description");
    if (is != nullptr && is->contains("certificates") && wants.contains("certificates") &&
        differs(is, wants, "certificates"))
      given["certificates"] = wants.at("certificates");
    if (given.empty()) return;
    given["signer"] = name;
    step("signer.change", given, name);
  }

  /// New and changed roles first: a signer keeps an admin.
  void signer_members(const std::string& name, const json& had, const json& wanted) {
    for (const json& each : wanted) {
      const json* const before = find_entry_of(had, "principal", each);
      if (before != nullptr && before->at("role") == each.at("role")) continue;
      step("member.add",
           {{"signer", name}, {"principal", each.at("principal")}, {"role", each.at("role")}},
           name + " " + text_in(each, "principal") + " --role " + text_in(each, "role"));
    }
    for (const json& each : had)
      if (find_entry_of(wanted, "principal", each) == nullptr)
        step("member.remove", {{"signer", name}, {"principal", each.at("principal")}},
             name + " " + text_in(each, "principal"));
  }

  void signer_state(const std::string& name, const std::string& was, const std::string& state) {
    if (was == state) return;
    const char* const by = state == "frozen"    ? "signer.freeze"
                           : state == "retired" ? "signer.retire"
                                                : "signer.unfreeze";
    step(by, {{"signer", name}, {"reason", reason_}}, name);
  }

  void application(const json* is, const json& wants) {
    const std::string name = text_in(wants, "name");
    json made = json::array();
    if (is == nullptr) {
      const json& members = wants.at("members");
      made.push_back(
          *std::ranges::find_if(members, [](const json& each) { return each["role"] == "admin"; }));
      step("application.create",
           {{"name", name},
            {"description", wants.at("description")},
            {"admin", made.front().at("principal")}},
           name);
    } else if (describes(is, wants)) {
      step("application.change", {{"application", name}, {"description", wants.at("description")}},
           name);
    }
    application_parts(name, is, wants);
    const json& had = is == nullptr ? made : is->at("members");
    for (const json& each : wants.at("members")) {
      const json* const before = find_entry_of(had, "principal", each);
      if (before != nullptr && before->at("role") == each.at("role")) continue;
      step("application.add_member",
           {{"application", name}, {"principal", each.at("principal")}, {"role", each.at("role")}},
           name + " " + text_in(each, "principal") + " --role " + text_in(each, "role"));
    }
    for (const json& each : had)
      if (find_entry_of(wants.at("members"), "principal", each) == nullptr)
        step("application.remove_member",
             {{"application", name}, {"principal", each.at("principal")}},
             name + " " + text_in(each, "principal"));
  }

  void application_parts(const std::string& name, const json* is, const json& wants) {
    for (const auto& [list, part] : {std::pair("signers", "signer"), {"containers", "container"}}) {
      const std::string add = std::string("application.add_") + part;
      const std::string remove = std::string("application.remove_") + part;
      for (const std::string& each : texts_beyond(list_in(is, list), wants.at(list)))
        step(remove.c_str(), {{"application", name}, {part, each}}, name + " " + each);
      for (const std::string& each : texts_beyond(wants.at(list), list_in(is, list)))
        step(add.c_str(), {{"application", name}, {part, each}}, name + " " + each);
    }
  }

  void empty_application(const json& is) {
    application_parts(text_in(is, "name"), &is,
                      {{"signers", json::array()}, {"containers", json::array()}});
  }

  void metadata_type(const json* is, const json& wants) {
    const std::string name = text_in(wants, "name");
    if (is != nullptr && !differs(is, wants, "description") && !differs(is, wants, "kind") &&
        !differs(is, wants, "choices") && !differs(is, wants, "pattern"))
      return;
    json given = wants;
    given.erase(pointer_field);
    step(is == nullptr ? "metadata_type.create" : "metadata_type.change", given, name);
  }

  void freeze(const json* is, const json& wants) {
    check_same(is, wants, "reason");
    if (is != nullptr) return;
    const std::string window = text_in(wants, "window");
    step("freeze.create", {{"window", window}, {"reason", wants.at("reason")}}, window);
  }

  void setting(const json* is, const json& wants) {
    if (!differs(is, wants, "value")) return;
    const std::string name = text_in(wants, "name");
    step("settings.set", {{"setting", name}, {"value", wants.at("value")}},
         name + " " + text_in(wants, "value"));
  }

  /// The conditions that are not wanted any more are lifted by an empty text.
  void collection(const json* is, const json& wants) {
    const std::string name = text_in(wants, "name");
    json given = json::object();
    for (const char* const field :
         {"description", "signer", "application", "subject", "key_type", "expires_within"})
      if (is == nullptr ? wants.contains(field) : differs(is, wants, field))
        given[field] = text_in(wants, field);
    if (is != nullptr && given.empty()) return;
    given[is == nullptr ? "name" : "collection"] = name;
    step(is == nullptr ? "collection.create" : "collection.change", given, name);
  }

  void pin_source(const json* is, const json& wants) {
    const std::string name = text_in(wants, "hsm");
    if (is == nullptr)
      leave_out("no token of this gateway's configuration has that name");
    else if (describes(is, wants))
      step("pin_source.describe", {{"source", name}, {"description", wants.at("description")}},
           name);
  }

  const json& current_;
  const json& wanted_;
  const std::string reason_;
  std::string pointer_;
  DeclarationPlan plan_;
  std::optional<Error> error_;
};

}  // namespace

json arguments_of(const PlannedStep& step) {
  return json::parse(step.arguments);
}

Result<DeclarationPlan> plan_between(const json& current, const json& wanted,
                                     const std::string& reason) {
  return Planner(current, wanted, reason).plan();
}

}  // namespace countersign
