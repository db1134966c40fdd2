#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/json_reader.h"
#include "gateway/client/wire.h"
#include "gateway/server/handlers.h"
#include "gateway/server/json_views.h"
#include "policy/access.h"
#include "policy/members.h"
#include "policy/policies.h"
#include "policy/signers.h"
#include "policy/signing.h"

namespace countersign::server {

using nlohmann::json;

namespace {

/// Every signer this caller may see, by number.
std::vector<SignerId> visible_signers(Call& call) {
  if (may(call.transaction, call.caller, right::see_all_signers)) {
    auto all = call.transaction.signers.list();
    std::ranges::sort(all);
    return all;
  }
  return objects_with(call.transaction, call.caller, right::see_signer);
}

json member_json(const Account& account, LayeredRole role) {
  return {{"account", account.name}, {"role", to_text(role)}};
}

Result<std::string> read_reason(Call& call) {
  JsonReader in(call.body, "");
  std::string reason = in.text("reason");
  if (auto good = in.finish(); !good) return fail(good.error());
  return reason;
}

Result<json> change_state(Call& call, decltype(freeze_signer)& change) {
  const auto reason = read_reason(call);
  if (!reason) return fail(reason.error());
  const SignerId id = call.signer->id;
  if (auto done = change(call.transaction, call.caller, *call.signer, *reason); !done)
    return fail(done.error());
  return json{
      {"signer", signer_json(call.transaction, call.caller, *call.transaction.signers.find(id))}};
}

}  // namespace

Result<json> create_signer_call(Call& call, const NewSigner& wish, const PublicKey& key) {
  const auto id = create_signer(call.transaction, call.caller, wish, key);
  if (!id) return fail(id.error());
  return json{
      {"signer", signer_json(call.transaction, call.caller, *call.transaction.signers.find(*id))}};
}

Result<json> list_signers_call(Call& call) {
  JsonReader in(call.query, "?");
  const auto wanted = in.optional_text("may");
  if (wanted && *wanted != "sign") in.refuse("may", "is not \"sign\"");
  const SignerId after = in.optional_integer("after", 0, INT64_MAX).value_or(0);
  const auto limit = in.optional_integer("limit", 1, 1000).value_or(100);
  if (auto good = in.finish(); !good) return fail(good.error());
  json signers = json::array();
  bool more = false;
  for (const SignerId id : visible_signers(call)) {
    if (id <= after) continue;
    const Signer* const signer = call.transaction.signers.find(id);
    if (signer == nullptr) continue;
    if (wanted && !may(call.transaction, call.caller, right::sign, signer)) continue;
    if (std::ssize(signers) == limit) {
      more = true;
      break;
    }
    signers.push_back(signer_json(call.transaction, call.caller, *signer));
  }
  return json{{"signers", std::move(signers)}, {"more", more}};
}

Result<json> show_signer_call(Call& call) {
  return json{{"signer", signer_json(call.transaction, call.caller, *call.signer)}};
}

Result<json> freeze_call(Call& call) {
  return change_state(call, freeze_signer);
}
Result<json> unfreeze_call(Call& call) {
  return change_state(call, unfreeze_signer);
}

Result<json> list_members_call(Call& call) {
  json members = json::array();
  for (const auto& [id, role] : call.transaction.members.of_signer(call.signer->id))
    if (const auto account = call.transaction.accounts.find(id))
      members.push_back(member_json(*account, role));
  return json{{"members", std::move(members)}};
}

Result<json> add_member_call(Call& call) {
  JsonReader in(call.body, "");
  const auto role = layered_role_from_text(Layer::signer, in.text("role"));
  if (!role) in.refuse("role", "is none of \"admin\", \"operator\", \"auditor\"");
  if (auto good = in.finish(); !good) return fail(good.error());
  const auto member =
      add_member(call.transaction, call.caller, *call.signer, call.parts.at("account"), *role);
  if (!member) return fail(member.error());
  return json{{"member", member_json(member->account, member->role)}};
}

Result<json> remove_member_call(Call& call) {
  const auto member =
      remove_member(call.transaction, call.caller, *call.signer, call.parts.at("account"));
  if (!member) return fail(member.error());
  return json{{"member", member_json(member->account, member->role)}};
}

Result<json> show_policy_call(Call& call) {
  if (!call.signer->policy)
    return fail(ErrorKind::not_found, "no_policy", call.signer->name + " has no signing policy yet",
                "run: countersign policy set " + call.signer->name + " FILE --reason \"…\"");
  return policy_json(call.transaction, *call.signer, *call.signer->policy);
}

Result<json> set_policy_call(Call& call) {
  JsonReader in(call.body, "");
  const std::string reason = in.text("reason");
  const auto before = in.optional_integer("before", 0, INT64_MAX);
  const json* const document = in.any("policy");
  if (document == nullptr) in.refuse("policy", "is missing");
  if (auto good = in.finish(); !good) return fail(good.error());
  const auto policy = signing_policy_from_json(*document, "/policy");
  if (!policy) return fail(policy.error());
  const SignerId id = call.signer->id;
  const auto number =
      set_policy(call.transaction, call.caller, *call.signer, *policy, reason, before);
  if (!number) return fail(number.error());
  return policy_json(call.transaction, *call.transaction.signers.find(id), *number);
}

Result<json> explain_call(Call& call) {
  const Decision decision = explain_signing(call.transaction, call.caller, *call.signer);
  return wire::to_json(Explanation{call.signer->name, decision.allowed, decision.code,
                                   decision.message, decision.remedy, decision.request});
}

}  // namespace countersign::server
