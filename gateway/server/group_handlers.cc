#include <nlohmann/json.hpp>

#include "core/json_reader.h"
#include "gateway/server/handlers.h"
#include "gateway/server/json_views.h"
#include "policy/access.h"
#include "policy/groups.h"

namespace countersign::server {

using nlohmann::json;

namespace {

Result<json> answer(Call& call, const Result<Group>& group) {
  if (!group) return fail(group.error());
  return json{{"group", group_json(call.transaction, *group)}};
}

json members_of(const Call& call) {
  return {{"group", call.parts.at("group")}, {"principal", call.parts.at("principal")}};
}

}  // namespace

Result<json> create_group_call(Call& call) {
  JsonReader in(call.body, "");
  const std::string name = in.text("name");
  const std::string description = in.optional_text("description").value_or("");
  if (auto good = in.finish(); !good) return fail(good.error());
  return answer(call, create_group(call.transaction, call.caller, name, description));
}

Result<json> list_groups_call(Call& call) {
  json groups = json::array();
  for (const Group& each : call.transaction.groups.list())
    groups.push_back(group_json(call.transaction, each));
  return json{{"groups", std::move(groups)}};
}

Result<json> show_group_call(Call& call) {
  const auto group = call.transaction.groups.find(call.parts.at("group"));
  if (!group) return no_such("group");
  return json{{"group", group_json(call.transaction, *group)}};
}

Result<json> change_group_call(Call& call) {
  JsonReader in(call.body, "");
  const std::string description = in.text("description");
  if (auto good = in.finish(); !good) return fail(good.error());
  return answer(call,
                describe_group(call.transaction, call.caller, call.parts.at("group"), description));
}

Result<json> delete_group_call(Call& call) {
  const auto force = read_force(call);
  if (!force) return fail(force.error());
  const std::string& name = call.parts.at("group");
  auto view = show_group_call(call);
  return submit_call(call, {"group.delete", {{"group", name}}, {}, *force},
                     [&] { return std::move(view); });
}

Result<json> add_to_group_call(Call& call) {
  return submit_call(call, {"group.add", members_of(call)}, [&] { return show_group_call(call); });
}

Result<json> remove_from_group_call(Call& call) {
  const auto force = read_force(call);
  if (!force) return fail(force.error());
  return submit_call(call, {"group.remove", members_of(call), {}, *force},
                     [&] { return show_group_call(call); });
}

}  // namespace countersign::server
