#include <nlohmann/json.hpp>

#include "core/json_reader.h"
#include "gateway/server/handlers.h"
#include "gateway/server/json_views.h"
#include "policy/access.h"
#include "policy/claims.h"

namespace countersign::server {

using nlohmann::json;

namespace {

Result<json> view_of(Call& call, const std::string& text) {
  const auto claim = call.transaction.claims.find(text);
  if (!claim || !claim->active) return no_such("claim");
  return json{{"claim", claim_json(call.transaction, *claim)}};
}

}  // namespace

Result<json> create_claim_call(Call& call) {
  JsonReader in(call.body, "");
  ClaimWish wish;
  wish.scheme = in.optional_text("provider").value_or("unix");
  const auto type = claim_type_from_text(in.text("type"));
  if (!type) in.refuse("type", "is no type of a claim", "write it like \"user\" or \"group\"");
  wish.value = in.text("value");
  wish.account = in.optional_text("account");
  wish.description = in.optional_text("description").value_or("");
  if (auto good = in.finish(); !good) return fail(good.error());
  wish.type = *type;
  json arguments{{"provider", wish.scheme},
                 {"type", to_text(wish.type)},
                 {"value", wish.value},
                 {"description", wish.description}};
  if (wish.account) arguments["account"] = *wish.account;
  const std::string text =
      text_of(Claim{0, 0, wish.scheme, wish.type, wish.value, {}, wish.description});
  return submit_call(call, {"claim.create", arguments}, [&] { return view_of(call, text); });
}

Result<json> list_claims_call(Call& call) {
  json claims = json::array();
  for (const Claim& each : call.transaction.claims.list())
    claims.push_back(claim_json(call.transaction, each));
  return json{{"claims", std::move(claims)}};
}

Result<json> show_claim_call(Call& call) {
  return view_of(call, call.parts.at("claim"));
}

Result<json> change_claim_call(Call& call) {
  JsonReader in(call.body, "");
  const auto account = in.optional_text("account");
  const auto description = in.optional_text("description");
  if (auto good = in.finish(); !good) return fail(good.error());
  const std::string& text = call.parts.at("claim");
  json arguments{{"claim", text}};
  if (account) arguments["account"] = *account;
  if (description) arguments["description"] = *description;
  return submit_call(call, {"claim.change", arguments}, [&] { return view_of(call, text); });
}

Result<json> delete_claim_call(Call& call) {
  const auto force = read_force(call);
  if (!force) return fail(force.error());
  const std::string& text = call.parts.at("claim");
  auto view = view_of(call, text);
  return submit_call(call, {"claim.delete", {{"claim", text}}, {}, *force},
                     [&] { return std::move(view); });
}

}  // namespace countersign::server
