#include <nlohmann/json.hpp>

#include "core/duration.h"
#include "core/encoding.h"
#include "core/json_reader.h"
#include "gateway/server/handlers.h"
#include "gateway/server/json_views.h"
#include "policy/containers.h"

namespace countersign::server {

using nlohmann::json;

namespace {

constexpr Milliseconds most_often = std::chrono::minutes(1);

Result<json> answer(Call& call, const Result<Container>& container) {
  if (!container) return fail(container.error());
  return json{{"container", container_json(call.transaction, *container)}};
}

/// The container as it is after what was done, if it was.
Result<json> answer(Call& call, const Status& done) {
  if (!done) return fail(done.error());
  return answer(call, Result<Container>(*call.transaction.containers.find(call.container->id)));
}

}  // namespace

Result<json> create_container_call(Call& call) {
  JsonReader in(call.body, "");
  const std::string name = in.text("name");
  const std::string description = in.optional_text("description").value_or("");
  if (auto good = in.finish(); !good) return fail(good.error());
  return answer(call, create_container(call.transaction, call.caller, name, description));
}

Result<json> list_containers_call(Call& call) {
  json containers = json::array();
  for (const Container& each : visible_containers(call.transaction, call.caller))
    containers.push_back(container_json(call.transaction, each));
  return json{{"containers", std::move(containers)}};
}

Result<json> show_container_call(Call& call) {
  return answer(call, Status());
}

Result<json> change_container_call(Call& call) {
  JsonReader in(call.body, "");
  const std::string description = in.text("description");
  if (auto good = in.finish(); !good) return fail(good.error());
  return answer(call,
                describe_container(call.transaction, call.caller, *call.container, description));
}

Result<json> delete_container_call(Call& call) {
  json before = container_json(call.transaction, *call.container);
  delete_container(call.transaction, call.caller, *call.container);
  return json{{"container", std::move(before)}};
}

Result<json> add_container_key_call(Call& call, const std::string& token, const std::string& uri,
                                    const PublicKey& found) {
  return answer(call, add_container_key(call.transaction, call.caller, *call.container, token, uri,
                                        to_hex(found.fingerprint())));
}

Result<json> remove_container_key_call(Call& call) {
  return answer(call, remove_container_key(call.transaction, call.caller, *call.container,
                                           call.parts.at("key")));
}

Result<json> schedule_container_call(Call& call) {
  JsonReader in(call.body, "");
  const std::string text = in.text("every");
  const auto every = text == "never" ? std::optional(Milliseconds{}) : parse_duration(text);
  if (!every || (every->count() != 0 && *every < most_often))
    in.refuse("every", "is neither a duration from 1m nor \"never\"", "write it like \"1d\"");
  if (auto good = in.finish(); !good) return fail(good.error());
  return answer(call, Result<Container>(schedule_container(call.transaction, call.caller,
                                                           *call.container, *every)));
}

Result<json> check_container_call(Call& call, const std::vector<KeyCheck>& seen) {
  record_container_check(call.transaction, &call.caller, call.container->id, seen);
  return answer(call, Status());
}

}  // namespace countersign::server
