#include "policy/delegations.h"

#include <nlohmann/json.hpp>

#include "core/json_reader.h"
#include "core/rfc3339.h"
#include "core/text.h"
#include "gateway/server/handlers.h"
#include "gateway/server/json_views.h"
#include "policy/access.h"

namespace countersign::server {

using nlohmann::json;

namespace {

Result<json> delegation_answer(Call& call, const Result<Delegation>& delegation) {
  if (!delegation) return fail(delegation.error());
  return json{{"delegation", delegation_json(call.transaction, *delegation)}};
}

}  // namespace

Result<json> create_delegation_call(Call& call) {
  JsonReader in(call.body, "");
  const std::string delegate = in.text("delegate");
  const Time from = read_time(in, "from", call.transaction.now);
  const Time until = read_time(in, "until", std::nullopt);
  const std::string reason = in.text("reason");
  if (auto good = in.finish(); !good) return fail(good.error());
  return delegation_answer(
      call, create_delegation(call.transaction, call.caller, delegate, from, until, reason));
}

Result<json> list_delegations_call(Call& call) {
  json delegations = json::array();
  for (const Delegation& each : call.transaction.delegations.of(call.caller.account.id))
    delegations.push_back(delegation_json(call.transaction, each));
  return json{{"delegations", std::move(delegations)}};
}

Result<json> end_delegation_call(Call& call) {
  if (auto good = JsonReader(call.body, "").finish(); !good) return fail(good.error());
  const auto number = whole_number(call.parts.at("delegation"));
  if (!number) return no_such("delegation");
  return delegation_answer(call, end_delegation(call.transaction, call.caller, *number));
}

}  // namespace countersign::server
