#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/certificate.h"
#include "core/encoding.h"
#include "core/json_reader.h"
#include "gateway/client/wire.h"
#include "gateway/server/handlers.h"
#include "gateway/server/json_views.h"
#include "policy/access.h"
#include "policy/metadata_types.h"
#include "policy/role_rules.h"
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

json member_json(Transaction& transaction, PrincipalId id, LayeredRole role) {
  json view = principal_json(transaction, id);
  view["role"] = to_text(role);
  return view;
}

Result<std::string> read_reason(Call& call) {
  JsonReader in(call.body, "");
  std::string reason = in.text("reason");
  if (auto good = in.finish(); !good) return fail(good.error());
  return reason;
}

Result<json> signer_answer(Call& call, SignerId id) {
  return json{
      {"signer", signer_json(call.transaction, call.caller, *call.transaction.signers.find(id))}};
}

/// Submits a change of the route's signer; nothing of what `call.signer` points to is left then.
Result<json> submit_for_signer(Call& call, const char* operation, json arguments, bool force,
                               const std::function<Result<json>(SignerId)>& view) {
  const SignerId id = call.signer->id;
  arguments["signer"] = id;
  return submit_call(call, {operation, arguments, id, force}, [&] { return view(id); });
}

Result<json> change_state(Call& call, const char* operation) {
  const auto reason = read_reason(call);
  if (!reason) return fail(reason.error());
  return submit_for_signer(call, operation, {{"reason", *reason}}, false,
                           [&](SignerId id) { return signer_answer(call, id); });
}

}  // namespace

Result<json> create_signer_call(Call& call, const NewSigner& wish, const PublicKey& key) {
  json arguments{{"name", wish.name},
                 {"token", wish.token},
                 {"key_uri", wish.key_uri},
                 {"admins", wish.admins},
                 {"certificates", json::array()},
                 {"public_key", to_base64(key.der())}};
  for (const Certificate& each : wish.certificates)
    arguments["certificates"].push_back(to_base64(each.der));
  return submit_call(call, {"signer.create", arguments}, [&] {
    return signer_answer(call, call.transaction.signers.find(wish.name)->id);
  });
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

/// The certificate as a PEM text, leaf first; it is the pinned key's.
Result<json> change_signer_call(Call& call) {
  JsonReader in(call.body, "");
  SignerChange wish;
  wish.description = in.optional_text("description");
  const auto pem = in.optional_text("certificate");
  if (auto good = in.finish(); !good) return fail(good.error());
  if (pem) {
    auto certificates = certificates_from_pem(*pem);
    if (!certificates) return fail(std::move(certificates.error()));
    wish.certificates = std::move(*certificates);
  }
  const SignerId id = call.signer->id;
  if (auto done = change_signer(call.transaction, call.caller, *call.signer, wish); !done)
    return fail(done.error());
  return signer_answer(call, id);
}

Result<json> freeze_call(Call& call) {
  return change_state(call, "signer.freeze");
}
Result<json> unfreeze_call(Call& call) {
  return change_state(call, "signer.unfreeze");
}
Result<json> retire_call(Call& call) {
  return change_state(call, "signer.retire");
}

Result<json> list_members_call(Call& call) {
  json members = json::array();
  for (const auto& [id, role] : call.transaction.members.of_signer(call.signer->id))
    members.push_back(member_json(call.transaction, id, role));
  return json{{"members", std::move(members)}};
}

Result<json> show_member_call(Call& call) {
  const auto principal = find_principal(call.transaction, call.parts.at("principal"));
  const auto role = principal ? call.transaction.members.role(call.signer->id, *principal)
                              : std::optional<LayeredRole>();
  if (!role) return no_such("member");
  return json{{"member", member_json(call.transaction, *principal, *role)}};
}

Result<json> add_member_call(Call& call) {
  JsonReader in(call.body, "");
  const auto role = layered_role_from_text(Layer::signer, in.text("role"));
  if (!role) in.refuse("role", "is none of \"admin\", \"operator\", \"auditor\"");
  const bool force = in.flag("force", false);
  if (auto good = in.finish(); !good) return fail(good.error());
  const std::string& name = call.parts.at("principal");
  return submit_for_signer(
      call, "member.add", {{"principal", name}, {"role", to_text(*role)}}, force,
      [&](SignerId) -> Result<json> {
        return json{{"member", member_json(call.transaction,
                                           *find_principal(call.transaction, name), *role)}};
      });
}

Result<json> remove_member_call(Call& call) {
  const auto force = read_force(call);
  if (!force) return fail(force.error());
  const std::string& name = call.parts.at("principal");
  const auto principal = find_principal(call.transaction, name);
  const auto role = principal ? call.transaction.members.role(call.signer->id, *principal)
                              : std::optional<LayeredRole>();
  return submit_for_signer(
      call, "member.remove", {{"principal", name}, {"force", *force}}, *force,
      [&](SignerId) -> Result<json> {
        return json{{"member", member_json(call.transaction, *principal, *role)}};
      });
}

Result<json> show_policy_call(Call& call) {
  JsonReader in(call.query, "?");
  const auto wanted = in.optional_integer("revision", 1, INT64_MAX);
  if (auto good = in.finish(); !good) return fail(good.error());
  const Signer& signer = *call.signer;
  if (!signer.policy)
    return fail(ErrorKind::not_found, "no_policy", signer.name + " has no signing policy yet",
                "run: countersign policy set " + signer.name + " FILE --reason \"…\"");
  const PolicyNumber number = wanted.value_or(*signer.policy);
  if (call.transaction.signers.find_policy(signer.id, number) == nullptr)
    return no_such("revision of the policy");
  return policy_json(call.transaction, signer, number);
}

Result<json> list_policies_call(Call& call) {
  JsonReader in(call.query, "?");
  const auto after = in.optional_integer("after", 0, INT64_MAX).value_or(0);
  const auto limit = in.optional_integer("limit", 1, 1000).value_or(100);
  if (auto good = in.finish(); !good) return fail(good.error());
  const PolicyNumber last = call.signer->policy.value_or(0);
  json revisions = json::array();
  PolicyNumber number = after;
  while (number < last && std::ssize(revisions) < limit)
    revisions.push_back(policy_summary_json(call.transaction, *call.signer, ++number));
  return json{{"policies", std::move(revisions)}, {"more", number < last}};
}

Result<json> set_policy_call(Call& call) {
  JsonReader in(call.body, "");
  const std::string reason = in.text("reason");
  const auto before = in.optional_integer("before", 0, INT64_MAX);
  const json* const document = in.any("policy");
  if (document == nullptr) in.refuse("policy", "is missing");
  if (auto good = in.finish(); !good) return fail(good.error());
  const auto written_out = with_types_written_out(call.transaction, *document, "/policy");
  if (!written_out) return fail(written_out.error());
  const auto policy = signing_policy_from_json(*written_out, "/policy");
  if (!policy) return fail(policy.error());
  json arguments{{"policy", to_json(*policy)}, {"reason", reason}};
  if (before) arguments["before"] = *before;
  return submit_for_signer(call, "policy.set", std::move(arguments), false,
                           [&](SignerId id) -> Result<json> {
                             const Signer& signer = *call.transaction.signers.find(id);
                             return policy_json(call.transaction, signer, *signer.policy);
                           });
}

Result<json> explain_call(Call& call) {
  const auto [decision, rules] = explain_signing(call.transaction, call.caller, *call.signer);
  Explanation explanation{call.signer->name, decision.allowed, decision.code,
                          decision.message,  decision.remedy,  decision.request};
  for (const Decision& each : rules)
    explanation.rules.push_back({each.rule, each.allowed, each.message, each.remedy});
  const AskedRight sign =
      asked_right(call.transaction, Permission::of(*find_entry(right::sign), call.signer->id));
  explanation.access = right_of(call.transaction, call.caller, sign).reason;
  return wire::to_json(explanation);
}

}  // namespace countersign::server
