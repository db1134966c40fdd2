#include <nlohmann/json.hpp>

#include "core/json_reader.h"
#include "gateway/server/handlers.h"
#include "gateway/server/json_views.h"
#include "policy/access.h"
#include "policy/claims.h"

namespace countersign::server {

using nlohmann::json;

namespace {

Result<json> answer(Call& call, const Result<Claim>& claim) {
  if (!claim) return fail(claim.error());
  return json{{"claim", claim_json(call.transaction, *claim)}};
}

}  // namespace

Result<json> create_claim_call(Call& call) {
  JsonReader in(call.body, "");
  ClaimWish wish;
  wish.scheme = in.text("provider");
  const auto type = claim_type_from_text(in.text("type"));
  if (!type) in.refuse("type", "is no type of a claim", "write it like \"user\" or \"group\"");
  wish.value = in.text("value");
  wish.account = in.optional_text("account");
  wish.description = in.optional_text("description").value_or("");
  if (auto good = in.finish(); !good) return fail(good.error());
  wish.type = *type;
  return answer(call, create_claim(call.transaction, call.caller, wish));
}

Result<json> list_claims_call(Call& call) {
  json claims = json::array();
  for (const Claim& each : call.transaction.claims.list())
    claims.push_back(claim_json(call.transaction, each));
  return json{{"claims", std::move(claims)}};
}

Result<json> show_claim_call(Call& call) {
  const auto claim = call.transaction.claims.find(call.parts.at("claim"));
  if (!claim || !claim->active) return no_such("claim");
  return json{{"claim", claim_json(call.transaction, *claim)}};
}

Result<json> change_claim_call(Call& call) {
  JsonReader in(call.body, "");
  const auto account = in.optional_text("account");
  const auto description = in.optional_text("description");
  if (auto good = in.finish(); !good) return fail(good.error());
  return answer(call, change_claim(call.transaction, call.caller, call.parts.at("claim"), account,
                                   description));
}

Result<json> delete_claim_call(Call& call) {
  return answer(call, delete_claim(call.transaction, call.caller, call.parts.at("claim")));
}

}  // namespace countersign::server
