#include "policy/approval_keys.h"

#include <nlohmann/json.hpp>

#include "core/encoding.h"
#include "core/json_reader.h"
#include "core/text.h"
#include "gateway/server/handlers.h"
#include "gateway/server/json_views.h"
#include "policy/access.h"

namespace countersign::server {

using nlohmann::json;

namespace {

Result<json> key_answer(Call& call, const Result<ApprovalKey>& key) {
  if (!key) return fail(key.error());
  return json{{"approval_key", approval_key_json(call.transaction, *key)}};
}

}  // namespace

Result<json> add_approval_key_call(Call& call) {
  JsonReader in(call.body, "");
  const std::string label = in.text("label");
  const auto der = from_base64(in.text("public_key"));
  if (!der) in.refuse("public_key", "is no base64", "send the DER SubjectPublicKeyInfo in base64");
  if (auto good = in.finish(); !good) return fail(good.error());
  return key_answer(call, add_approval_key(call.transaction, call.caller, label, *der));
}

Result<json> list_approval_keys_call(Call& call) {
  json keys = json::array();
  for (const ApprovalKey& each : call.transaction.approval_keys.of(call.caller.account.id))
    keys.push_back(approval_key_json(call.transaction, each));
  return json{{"approval_keys", std::move(keys)}};
}

Result<json> remove_approval_key_call(Call& call) {
  const auto number = whole_number(call.parts.at("key"));
  if (!number) return no_such("approval key");
  return key_answer(call, remove_approval_key(call.transaction, call.caller, *number));
}

}  // namespace countersign::server
