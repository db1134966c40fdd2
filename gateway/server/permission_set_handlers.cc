#include <nlohmann/json.hpp>

#include "core/json_reader.h"
#include "gateway/server/handlers.h"
#include "gateway/server/json_views.h"
#include "policy/access.h"
#include "policy/permission_sets.h"

namespace countersign::server {

using nlohmann::json;

namespace {

Result<json> answer(const Result<PermissionSet>& set) {
  if (!set) return fail(set.error());
  return json{{"permission_set", permission_set_json(*set)}};
}

}  // namespace

Result<json> create_permission_set_call(Call& call) {
  JsonReader in(call.body, "");
  RoleWish wish;
  wish.name = in.text("name");
  wish.description = in.optional_text("description").value_or("");
  wish.strings = in.texts("permissions");
  if (auto good = in.finish(); !good) return fail(good.error());
  return answer(create_permission_set(call.transaction, call.caller, wish));
}

Result<json> list_permission_sets_call(Call& call) {
  json sets = json::array();
  for (const PermissionSet& each : call.transaction.roles.sets())
    sets.push_back(permission_set_json(each));
  return json{{"permission_sets", std::move(sets)}};
}

Result<json> show_permission_set_call(Call& call) {
  const auto set = call.transaction.roles.find_set(call.parts.at("set"));
  if (!set) return no_such("permission set");
  return json{{"permission_set", permission_set_json(*set)}};
}

/// What the body leaves out stays; the strings are replaced as a whole.
Result<json> change_permission_set_call(Call& call) {
  const auto set = call.transaction.roles.find_set(call.parts.at("set"));
  if (!set) return no_such("permission set");
  JsonReader in(call.body, "");
  RoleWish wish{set->name, set->description, "", texts_of(set->strings)};
  wish.description = in.optional_text("description").value_or(wish.description);
  if (call.body.contains("permissions")) wish.strings = in.texts("permissions");
  if (auto good = in.finish(); !good) return fail(good.error());
  return answer(change_permission_set(call.transaction, call.caller, wish));
}

Result<json> delete_permission_set_call(Call& call) {
  return answer(delete_permission_set(call.transaction, call.caller, call.parts.at("set")));
}

}  // namespace countersign::server
