#include <nlohmann/json.hpp>

#include "core/encoding.h"
#include "gateway/server/handlers.h"
#include "policy/gateways.h"

namespace countersign::server {

using nlohmann::json;

namespace {

json gateway_json(const KnownGateway& gateway) {
  return {{"id", gateway.id},
          {"name", gateway.name},
          {"shape", gateway.shape},
          {"host", gateway.host},
          {"uid", gateway.uid},
          {"version", gateway.version},
          {"since", to_rfc3339(gateway.since)},
          {"seen", to_rfc3339(gateway.seen)}};
}

Result<json> answer(const Result<KnownGateway>& gateway) {
  if (!gateway) return fail(gateway.error());
  return json{{"gateway", gateway_json(*gateway)}};
}

}  // namespace

Result<json> list_gateways_call(Call& call) {
  json gateways = json::array();
  for (const KnownGateway& each : call.transaction.gateways.list())
    gateways.push_back(gateway_json(each));
  return json{{"gateways", std::move(gateways)}};
}

Result<json> show_gateway_call(Call& call) {
  return answer(find_gateway(call.transaction, call.parts.at("gateway")));
}

Result<json> forget_gateway_call(Call& call) {
  return answer(forget_gateway(call.transaction, call.caller, call.parts.at("gateway")));
}

}  // namespace countersign::server
