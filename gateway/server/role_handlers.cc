#include <nlohmann/json.hpp>

#include "core/json_reader.h"
#include "gateway/server/handlers.h"
#include "gateway/server/json_views.h"
#include "policy/access.h"
#include "policy/role_import.h"
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

void add_refusal(json& row, const Error& why) {
  row["result"] = "refused";
  row["code"] = why.code;
  row["reason"] = why.text();
}

json imported_json(const ImportedPermission& permission) {
  json row{{"given", permission.given},
           {"string", permission.string ? permission.string->text() : ""}};
  if (permission.refusal)
    add_refusal(row, *permission.refusal);
  else
    row["result"] =
        operations_behind(permission.string->entry()).empty() ? "taken_without_operation" : "taken";
  if (!permission.note.empty()) row["note"] = permission.note;
  return row;
}

json imported_json(const ImportedClaim& claim) {
  json row{
      {"type", claim.claim.type}, {"value", claim.claim.value}, {"provider", claim.claim.provider}};
  if (!claim.holder) {
    add_refusal(row, claim.holder.error());
  } else {
    row["result"] = "taken";
    row["holder"] = *claim.holder;
  }
  return row;
}

}  // namespace

Result<json> create_role_call(Call& call) {
  JsonReader in(call.body, "");
  RoleWish wish;
  wish.name = in.text("name");
  wish.permission_set = call.transaction.roles.find_set(global_set)->name;
  return write_role(call, std::move(wish), in, create_role);
}

Result<json> import_role_call(Call& call) {
  JsonReader in(call.body, "");
  const auto name = in.optional_text("name");
  const auto set = in.optional_text("permission_set");
  const json* const document = in.any("document");
  if (document == nullptr) in.refuse("document", "is missing");
  if (auto good = in.finish(); !good) return fail(good.error());
  auto exchanged = exchanged_role_from_json(*document, "/document");
  if (!exchanged) return fail(std::move(exchanged.error()));
  if (name) exchanged->name = *name;
  if (set) exchanged->permission_set = *set;
  const auto import = import_role(call.transaction, call.caller, *exchanged);
  if (!import) return fail(import.error());
  json permissions = json::array();
  for (const ImportedPermission& each : import->permissions)
    permissions.push_back(imported_json(each));
  json claims = json::array();
  for (const ImportedClaim& each : import->claims) claims.push_back(imported_json(each));
  return json{{"role", role_json(call.transaction, import->role)},
              {"report", std::move(permissions)},
              {"claims", std::move(claims)},
              {"ignored", exchanged->ignored}};
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
