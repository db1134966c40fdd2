#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/json_reader.h"
#include "gateway/server/handlers.h"
#include "gateway/server/json_views.h"
#include "policy/access.h"
#include "policy/containers.h"

namespace countersign::server {

using nlohmann::json;

namespace {

/// The source with what the configuration says of its token; nothing when it is there no more.
std::optional<json> view(const PinSourceEntry& source,
                         const std::vector<hsm::TokenPinSource>& configured) {
  const auto found = std::ranges::find(configured, source.token, &hsm::TokenPinSource::token);
  if (found == configured.end()) return std::nullopt;
  return pin_source_json(source, found->pin);
}

}  // namespace

Result<json> list_pin_sources_call(Call& call, const std::vector<hsm::TokenPinSource>& configured) {
  json sources = json::array();
  for (const PinSourceEntry& each : visible_pin_sources(call.transaction, call.caller))
    if (auto one = view(each, configured)) sources.push_back(std::move(*one));
  return json{{"pin_sources", std::move(sources)}};
}

Result<json> show_pin_source_call(Call& call, const std::vector<hsm::TokenPinSource>& configured) {
  auto one = view(*call.pin_source, configured);
  if (!one) return no_such("PIN source");
  return json{{"pin_source", std::move(*one)}};
}

Result<json> describe_pin_source_call(Call& call,
                                      const std::vector<hsm::TokenPinSource>& configured) {
  JsonReader in(call.body, "");
  const std::string description = in.text("description");
  if (auto good = in.finish(); !good) return fail(good.error());
  auto described =
      describe_pin_source(call.transaction, call.caller, *call.pin_source, description);
  if (!described) return fail(described.error());
  call.pin_source = std::move(*described);
  return show_pin_source_call(call, configured);
}

}  // namespace countersign::server
