#include "policy/appliers.h"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/encoding.h"
#include "policy/access.h"
#include "policy/accounts.h"
#include "policy/application_members.h"
#include "policy/claims.h"
#include "policy/declaration_apply.h"
#include "policy/freezes.h"
#include "policy/groups.h"
#include "policy/members.h"
#include "policy/policies.h"
#include "policy/preapprovals.h"
#include "policy/request_wish.h"
#include "policy/signers.h"

namespace countersign {
namespace {

using nlohmann::json;

std::string text(const json& arguments, const char* name) {
  return arguments.at(name).get<std::string>();
}

std::optional<std::string> optional_text(const json& arguments, const char* name) {
  const auto found = arguments.find(name);
  return found == arguments.end() ? std::nullopt : std::optional(found->get<std::string>());
}

/// Whether it went well, without what it gave.
template <class T>
Status status_of(const Result<T>& result) {
  if (!result) return fail(result.error());
  return {};
}

const Signer& signer_of(Transaction& transaction, const json& arguments) {
  return *transaction.signers.find(arguments.at("signer").get<SignerId>());
}

Status group_add(Transaction& transaction, const Caller& caller, const json& arguments) {
  return status_of(
      add_to_group(transaction, caller, text(arguments, "group"), text(arguments, "principal")));
}

Status group_remove(Transaction& transaction, const Caller& caller, const json& arguments) {
  return status_of(remove_from_group(transaction, caller, text(arguments, "group"),
                                     text(arguments, "principal")));
}

Status group_delete(Transaction& transaction, const Caller& caller, const json& arguments) {
  return status_of(delete_group(transaction, caller, text(arguments, "group")));
}

Status claim_create(Transaction& transaction, const Caller& caller, const json& arguments) {
  const auto type = claim_type_from_text(text(arguments, "type"));
  return status_of(create_claim(
      transaction, caller,
      {text(arguments, "provider"), *type, text(arguments, "value"),
       optional_text(arguments, "account"), optional_text(arguments, "description").value_or("")}));
}

Status claim_change(Transaction& transaction, const Caller& caller, const json& arguments) {
  return status_of(change_claim(transaction, caller, text(arguments, "claim"),
                                optional_text(arguments, "account"),
                                optional_text(arguments, "description")));
}

Status claim_delete(Transaction& transaction, const Caller& caller, const json& arguments) {
  return status_of(delete_claim(transaction, caller, text(arguments, "claim")));
}

Status account_disable(Transaction& transaction, const Caller& caller, const json& arguments) {
  return status_of(
      disable_account(transaction, caller, text(arguments, "account"), text(arguments, "reason")));
}

Status account_enable(Transaction& transaction, const Caller& caller, const json& arguments) {
  return status_of(
      enable_account(transaction, caller, text(arguments, "account"), text(arguments, "reason")));
}

Status account_change(Transaction& transaction, const Caller& caller, const json& arguments) {
  const std::string account = text(arguments, "account");
  if (const auto description = optional_text(arguments, "description"))
    if (auto done = describe_account(transaction, caller, account, *description); !done)
      return fail(done.error());
  if (const auto role = optional_text(arguments, "product_role"))
    return status_of(set_product_role(transaction, caller, account,
                                      *layered_role_from_text(Layer::product, *role)));
  return {};
}

Status account_delete(Transaction& transaction, const Caller& caller, const json& arguments) {
  return status_of(delete_account(transaction, caller, text(arguments, "account")));
}

Status account_add_owner(Transaction& transaction, const Caller& caller, const json& arguments) {
  return status_of(
      add_owner(transaction, caller, text(arguments, "account"), text(arguments, "owner")));
}

Status account_remove_owner(Transaction& transaction, const Caller& caller, const json& arguments) {
  return status_of(
      remove_owner(transaction, caller, text(arguments, "account"), text(arguments, "owner")));
}

Status member_add(Transaction& transaction, const Caller& caller, const json& arguments) {
  return set_member(transaction, caller, signer_of(transaction, arguments),
                    text(arguments, "principal"),
                    *layered_role_from_text(Layer::signer, text(arguments, "role")));
}

Status member_remove(Transaction& transaction, const Caller& caller, const json& arguments) {
  return remove_member(transaction, caller, signer_of(transaction, arguments),
                       text(arguments, "principal"), arguments.value("force", false));
}

/// It may be deleted while a change of its members waits.
Result<Application> application_of(Transaction& transaction, const json& arguments) {
  auto application =
      transaction.applications.find(arguments.at("application").get<ApplicationId>());
  if (!application) return no_such("application");
  return std::move(*application);
}

Status application_add_member(Transaction& transaction, const Caller& caller,
                              const json& arguments) {
  const auto application = application_of(transaction, arguments);
  if (!application) return fail(application.error());
  return add_application_member(
      transaction, caller, *application, text(arguments, "principal"),
      *layered_role_from_text(Layer::application, text(arguments, "role")));
}

Status application_remove_member(Transaction& transaction, const Caller& caller,
                                 const json& arguments) {
  const auto application = application_of(transaction, arguments);
  if (!application) return fail(application.error());
  return remove_application_member(transaction, caller, *application, text(arguments, "principal"));
}

Status policy_set(Transaction& transaction, const Caller& caller, const json& arguments) {
  const auto policy = signing_policy_from_json(arguments.at("policy"), "/policy");
  if (!policy) return fail(policy.error());
  const auto before = arguments.find("before");
  return set_policy(
      transaction, caller, signer_of(transaction, arguments), *policy, text(arguments, "reason"),
      before == arguments.end() ? std::nullopt : std::optional(before->get<PolicyNumber>()));
}

Status request_preapprove(Transaction& transaction, const Caller& caller, const json& arguments) {
  const auto wish = request_wish_from_json(arguments.at("wish"));
  if (!wish) return fail(wish.error());
  return status_of(preapprove(
      transaction, caller, signer_of(transaction, arguments), text(arguments, "beneficiary"), *wish,
      arguments.at("policy").get<PolicyNumber>(), arguments.value("change", std::int64_t{0})));
}

Status freeze_end(Transaction& transaction, const Caller& caller, const json& arguments) {
  return end_freeze(transaction, caller, arguments.at("freeze").get<FreezeId>(),
                    text(arguments, "reason"));
}

Status signer_create(Transaction& transaction, const Caller& caller, const json& arguments) {
  NewSigner wish;
  wish.name = text(arguments, "name");
  wish.token = text(arguments, "token");
  wish.key_uri = text(arguments, "key_uri");
  wish.admins = arguments.at("admins").get<std::vector<std::string>>();
  for (const json& each : arguments.at("certificates")) {
    auto certificate = certificate_from_der(from_base64(each.get<std::string>()).value_or(Bytes{}));
    if (!certificate) return fail(certificate.error());
    wish.certificates.push_back(std::move(*certificate));
  }
  const auto key =
      PublicKey::from_der(from_base64(text(arguments, "public_key")).value_or(Bytes{}));
  if (!key) return fail(key.error());
  return create_signer(transaction, caller, wish, *key);
}

Status signer_freeze(Transaction& transaction, const Caller& caller, const json& arguments) {
  return freeze_signer(transaction, caller, signer_of(transaction, arguments),
                       text(arguments, "reason"));
}

Status signer_unfreeze(Transaction& transaction, const Caller& caller, const json& arguments) {
  return unfreeze_signer(transaction, caller, signer_of(transaction, arguments),
                         text(arguments, "reason"));
}

Status signer_retire(Transaction& transaction, const Caller& caller, const json& arguments) {
  return retire_signer(transaction, caller, signer_of(transaction, arguments),
                       text(arguments, "reason"));
}

}  // namespace

Applier applier_of(std::string_view operation) {
  static constexpr auto table = std::to_array<std::pair<std::string_view, Applier>>({
      {"account.change", account_change},
      {"account.disable", account_disable},
      {"account.enable", account_enable},
      {"account.delete", account_delete},
      {"account.add_owner", account_add_owner},
      {"account.remove_owner", account_remove_owner},
      {"application.add_member", application_add_member},
      {"application.remove_member", application_remove_member},
      {"claim.create", claim_create},
      {"claim.change", claim_change},
      {"claim.delete", claim_delete},
      {"freeze.end", freeze_end},
      {"group.add", group_add},
      {"group.remove", group_remove},
      {"group.delete", group_delete},
      {"signer.create", signer_create},
      {"signer.freeze", signer_freeze},
      {"signer.unfreeze", signer_unfreeze},
      {"signer.retire", signer_retire},
      {"member.add", member_add},
      {"member.remove", member_remove},
      {"policy.set", policy_set},
      {"request.preapprove", request_preapprove},
      {"declaration.apply", make_declaration},
  });
  for (const auto& [name, applier] : table)
    if (name == operation) return applier;
  return nullptr;
}

}  // namespace countersign
