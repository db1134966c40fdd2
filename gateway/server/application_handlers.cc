#include <nlohmann/json.hpp>

#include "core/json_reader.h"
#include "gateway/server/handlers.h"
#include "gateway/server/json_views.h"
#include "policy/access.h"
#include "policy/applications.h"

namespace countersign::server {

using nlohmann::json;

namespace {

Result<json> answer(Call& call, const Result<Application>& application) {
  if (!application) return fail(application.error());
  return json{{"application", application_json(call.transaction, call.caller, *application)}};
}

/// The application after what was done, if it was.
Result<json> answer(Call& call, const Status& done) {
  if (!done) return fail(done.error());
  return answer(call, Result<Application>(*call.application));
}

Result<json> submit_member_change(Call& call, const char* operation, const json& arguments) {
  return submit_call(call, {operation, arguments},
                     [&] { return list_application_members_call(call); });
}

}  // namespace

Result<json> create_application_call(Call& call) {
  JsonReader in(call.body, "");
  NewApplication wish;
  wish.name = in.text("name");
  wish.description = in.optional_text("description").value_or("");
  wish.admin = in.text("admin");
  if (auto good = in.finish(); !good) return fail(good.error());
  return answer(call, create_application(call.transaction, call.caller, wish));
}

Result<json> list_applications_call(Call& call) {
  json applications = json::array();
  for (const Application& each : visible_applications(call.transaction, call.caller))
    applications.push_back(application_json(call.transaction, call.caller, each));
  return json{{"applications", std::move(applications)}};
}

Result<json> show_application_call(Call& call) {
  return answer(call, Status());
}

Result<json> change_application_call(Call& call) {
  JsonReader in(call.body, "");
  const std::string description = in.text("description");
  if (auto good = in.finish(); !good) return fail(good.error());
  return answer(
      call, describe_application(call.transaction, call.caller, *call.application, description));
}

Result<json> delete_application_call(Call& call) {
  json before = application_json(call.transaction, call.caller, *call.application);
  if (auto done = delete_application(call.transaction, call.caller, *call.application); !done)
    return fail(done.error());
  return json{{"application", std::move(before)}};
}

Result<json> add_application_signer_call(Call& call) {
  return answer(
      call, add_signer(call.transaction, call.caller, *call.application, call.parts.at("signer")));
}

Result<json> remove_application_signer_call(Call& call) {
  return answer(call, remove_signer(call.transaction, call.caller, *call.application,
                                    call.parts.at("signer")));
}

Result<json> add_application_container_call(Call& call) {
  return answer(call, add_container(call.transaction, call.caller, *call.application,
                                    call.parts.at("container")));
}

Result<json> remove_application_container_call(Call& call) {
  return answer(call, remove_container(call.transaction, call.caller, *call.application,
                                       call.parts.at("container")));
}

Result<json> list_application_members_call(Call& call) {
  json members = json::array();
  for (const auto& [id, role] : call.transaction.applications.members(call.application->id)) {
    members.push_back(principal_json(call.transaction, id));
    members.back()["role"] = to_text(role);
  }
  return json{{"members", std::move(members)}};
}

Result<json> add_application_member_call(Call& call) {
  JsonReader in(call.body, "");
  const auto role = layered_role_from_text(Layer::application, in.text("role"));
  if (!role) in.refuse("role", "is none of \"admin\", \"operator\", \"auditor\"");
  if (auto good = in.finish(); !good) return fail(good.error());
  return submit_member_change(call, "application.add_member",
                              {{"application", call.application->id},
                               {"principal", call.parts.at("principal")},
                               {"role", to_text(*role)}});
}

Result<json> remove_application_member_call(Call& call) {
  return submit_member_change(
      call, "application.remove_member",
      {{"application", call.application->id}, {"principal", call.parts.at("principal")}});
}

}  // namespace countersign::server
