#include <nlohmann/json.hpp>

#include "core/json_reader.h"
#include "gateway/server/handlers.h"
#include "gateway/server/json_views.h"
#include "policy/access.h"
#include "policy/roles.h"

namespace countersign::server {

using nlohmann::json;

namespace {

using Change = Result<Role>(Transaction&, const Caller&, const RoleWish&);

Result<json> write_role(Call& call, RoleWish wish, JsonReader& in, Change& change) {
  wish.description = in.optional_text("description").value_or(wish.description);
  wish.permission_set = in.optional_text("permission_set").value_or(wish.permission_set);
  if (call.body.contains("permissions")) wish.strings = in.texts("permissions");
  if (auto good = in.finish(); !good) return fail(good.error());
  const auto role = change(call.transaction, call.caller, wish);
  if (!role) return fail(role.error());
  return json{{"role", role_json(call.transaction, *role)}};
}

Result<json> answer(Call& call, const Result<Role>& role) {
  if (!role) return fail(role.error());
  return json{{"role", role_json(call.transaction, *role)}};
}

}  // namespace

Result<json> create_role_call(Call& call) {
  JsonReader in(call.body, "");
  RoleWish wish;
  wish.name = in.text("name");
  wish.permission_set = call.transaction.roles.find_set(global_set)->name;
  return write_role(call, std::move(wish), in, create_role);
}

Result<json> list_roles_call(Call& call) {
  json roles = json::array();
  for (const Role& each : call.transaction.roles.roles())
    roles.push_back(role_json(call.transaction, each));
  return json{{"roles", std::move(roles)}};
}

Result<json> show_role_call(Call& call) {
  const auto role = call.transaction.roles.find_role(call.parts.at("role"));
  if (!role) return no_such("role");
  return json{{"role", role_json(call.transaction, *role)}};
}

/// What the body leaves out stays; the strings are replaced as a whole.
Result<json> change_role_call(Call& call) {
  const auto role = call.transaction.roles.find_role(call.parts.at("role"));
  if (!role) return no_such("role");
  JsonReader in(call.body, "");
  return write_role(
      call,
      {role->name, role->description, call.transaction.roles.find_set(role->permission_set)->name,
       texts_of(role->strings)},
      in, change_role);
}

Result<json> delete_role_call(Call& call) {
  const auto role = delete_role(call.transaction, call.caller, call.parts.at("role"));
  return answer(call, role);
}

Result<json> grant_role_call(Call& call) {
  return answer(call, grant_role(call.transaction, call.caller, call.parts.at("role"),
                                 call.parts.at("principal")));
}

Result<json> revoke_role_call(Call& call) {
  return answer(call, revoke_role(call.transaction, call.caller, call.parts.at("role"),
                                  call.parts.at("principal")));
}

}  // namespace countersign::server
