#include <nlohmann/json.hpp>

#include "core/json_reader.h"
#include "gateway/server/handlers.h"
#include "gateway/server/json_views.h"
#include "policy/access.h"
#include "policy/providers.h"

namespace countersign::server {

using nlohmann::json;

namespace {

Result<json> answer(const Result<IdentityProvider>& provider) {
  if (!provider) return fail(provider.error());
  return json{{"provider", provider_json(*provider)}};
}

}  // namespace

Result<json> create_provider_call(Call& call) {
  JsonReader in(call.body, "");
  IdentityProvider wish;
  const auto kind = provider_kind_from_text(in.text("kind"));
  if (!kind) in.refuse("kind", R"(is none of "unix", "x509", "token", "oidc")");
  wish.scheme = in.text("scheme");
  wish.display_name = in.text("display_name");
  if (auto good = in.finish(); !good) return fail(good.error());
  wish.kind = *kind;
  return answer(create_provider(call.transaction, call.caller, wish));
}

Result<json> list_providers_call(Call& call) {
  json providers = json::array();
  for (const IdentityProvider& each : call.transaction.providers.list())
    providers.push_back(provider_json(each));
  return json{{"providers", std::move(providers)}};
}

Result<json> show_provider_call(Call& call) {
  const auto provider = call.transaction.providers.find(call.parts.at("provider"));
  if (!provider) return no_such("identity provider");
  return json{{"provider", provider_json(*provider)}};
}

Result<json> change_provider_call(Call& call) {
  JsonReader in(call.body, "");
  const std::string name = in.text("display_name");
  if (auto good = in.finish(); !good) return fail(good.error());
  return answer(rename_provider(call.transaction, call.caller, call.parts.at("provider"), name));
}

Result<json> delete_provider_call(Call& call) {
  return answer(delete_provider(call.transaction, call.caller, call.parts.at("provider")));
}

}  // namespace countersign::server
