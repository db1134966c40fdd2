#include "gateway/server/json_views.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "core/certificate.h"
#include "core/crypto.h"
#include "core/duration.h"
#include "core/encoding.h"
#include "policy/access.h"
#include "policy/declaration_apply.h"
#include "policy/model/permissions/role_strings.h"

namespace countersign::server {

using nlohmann::json;

json principal_json(Transaction& transaction, PrincipalId id) {
  if (const auto account = transaction.accounts.find(id))
    return {{"name", account->name}, {"kind", to_text(account->kind)}};
  if (const auto claim = transaction.claims.find(id))
    return {{"name", text_of(*claim)}, {"kind", "claim"}};
  const auto group = transaction.groups.find(id);
  return {{"name", group ? group->name : "?"}, {"kind", "group"}};
}

json account_json(Transaction& transaction, const Account& account) {
  json view{{"id", account.id},
            {"name", account.name},
            {"kind", to_text(account.kind)},
            {"state", to_text(account.state)},
            {"product_role", to_text(account.product_role)}};
  if (!account.description.empty()) view["description"] = account.description;
  for (const AccountId owner : account.owners)
    view["owners"].push_back(transaction.accounts.name_of(owner));
  for (const Claim& each : transaction.claims.of_account(account.id))
    view["claims"].push_back(text_of(each));
  return view;
}

json provider_json(const IdentityProvider& provider) {
  return {{"id", provider.id},
          {"kind", to_text(provider.kind)},
          {"scheme", provider.scheme},
          {"display_name", provider.display_name}};
}

json claim_json(Transaction& transaction, const Claim& claim) {
  json view{{"id", claim.id},           {"name", text_of(claim)},
            {"provider", claim.scheme}, {"type", to_text(claim.type)},
            {"value", claim.value},     {"description", claim.description}};
  if (claim.account) view["account"] = transaction.accounts.name_of(*claim.account);
  return view;
}

json token_json(Transaction& transaction, const Credential& credential) {
  const char* const state = credential.ended                        ? "revoked"
                            : credential.expires <= transaction.now ? "expired"
                                                                    : "active";
  json view{{"id", credential.id},
            {"account", transaction.accounts.name_of(credential.account)},
            {"label", credential.label},
            {"created", to_rfc3339(credential.created)},
            {"expires", to_rfc3339(credential.expires)},
            {"state", state}};
  if (credential.last_used) view["last_used"] = to_rfc3339(*credential.last_used);
  return view;
}

json hsm_json(const hsm::TokenStatus& status) {
  const char* const state = status.state == hsm::TokenState::ready    ? "ready"
                            : status.state == hsm::TokenState::locked ? "locked"
                                                                      : "down";
  return {{"name", status.name},   {"library", status.library},
          {"label", status.label}, {"serial", status.serial},
          {"state", state},        {"message", status.message}};
}

namespace {

/// The strongest role of the caller on the signer, whatever it comes through.
std::optional<LayeredRole> role_on(Transaction& transaction, const Caller& caller,
                                   const Signer& signer) {
  static constexpr std::array asked{right::see_signer};
  std::optional<LayeredRole> strongest;
  for (const HeldMembership& each : held_rights(transaction, caller, asked, &signer).memberships)
    if (layer_of(each.role) == Layer::signer && (!strongest || each.role > *strongest))
      strongest = each.role;
  return strongest;
}

/// What a revision changed of the one before it.
json difference_json(Transaction& transaction, const Signer& signer,
                     const PolicyRevision& revision) {
  const PolicyRevision* const before =
      transaction.signers.find_policy(signer.id, revision.number - 1);
  return difference(before == nullptr ? nullptr : &before->policy, revision.policy);
}

}  // namespace

json signer_json(Transaction& transaction, const Caller& caller, const Signer& signer) {
  json view{{"id", signer.id},
            {"slot", signer.slot},
            {"name", signer.name},
            {"state", to_text(signer.state)},
            {"key_type", to_text(signer.pinned.type())},
            {"fingerprint", to_hex(signer.pinned.fingerprint())},
            {"public_key", to_base64(signer.pinned.der())},
            {"certificate", ""},
            {"chain", json::array()},
            {"certificate_expires", to_rfc3339(signer.certificate_until)},
            {"may_sign", may(transaction, caller, right::sign, &signer)}};
  if (const auto leaf = certificate_from_der(signer.certificates.front()))
    view["certificate_subject"] = leaf->subject_text;
  if (!signer.state_reason.empty()) view["state_reason"] = signer.state_reason;
  if (!signer.description.empty()) view["description"] = signer.description;
  if (signer.policy) view["policy"] = *signer.policy;
  if (const SigningPolicy* const policy = transaction.signers.current_policy(signer))
    for (const Hash hash : policy->algorithms.weak_hashes)
      view["weak_hashes"].push_back(to_text(hash));
  if (const auto role = role_on(transaction, caller, signer)) view["my_role"] = to_text(*role);
  if (signer.application &&
      may(transaction, caller, right::see_application, on_application(*signer.application)))
    view["application"] = transaction.applications.find(*signer.application)->name;
  if (may(transaction, caller, right::export_certificate, &signer)) {
    view["certificate"] = to_base64(signer.certificates.front());
    for (std::size_t i = 1; i < signer.certificates.size(); ++i)
      view["chain"].push_back(to_base64(signer.certificates[i]));
  }
  if (may(transaction, caller, right::change_settings, &signer) ||
      may(transaction, caller, right::see_tokens)) {
    view["hsm"] = signer.token;
    view["key"] = signer.key_uri;
  }
  return view;
}

json policy_json(Transaction& transaction, const Signer& signer, PolicyNumber number) {
  const PolicyRevision* const revision = transaction.signers.find_policy(signer.id, number);
  return {{"revision", revision->number},
          {"author", transaction.accounts.name_of(revision->author)},
          {"reason", revision->reason},
          {"time", to_rfc3339(revision->time)},
          {"difference", difference_json(transaction, signer, *revision)},
          {"policy", to_json(revision->policy)}};
}

json policy_summary_json(Transaction& transaction, const Signer& signer, PolicyNumber number) {
  json view = policy_json(transaction, signer, number);
  view.erase("policy");
  return view;
}

json freeze_json(Transaction& transaction, const ProductFreeze& freeze) {
  const bool over = freeze.ended || freeze.window.until <= transaction.now;
  json view = to_json(freeze.window);
  view["id"] = freeze.id;
  view["author"] = transaction.accounts.name_of(freeze.author);
  view["created"] = to_rfc3339(freeze.created);
  view["state"] = over ? "over" : freeze.window.holds(transaction.now) ? "holds" : "to come";
  if (freeze.ended) view["ended"] = to_rfc3339(*freeze.ended);
  return view;
}

std::vector<std::string> texts_of(const std::vector<Permission>& strings) {
  std::vector<std::string> texts;
  for (const Permission& each : strings) texts.push_back(each.text());
  return texts;
}

json permission_set_json(const PermissionSet& set) {
  return {{"id", set.id},
          {"name", set.name},
          {"description", set.description},
          {"permissions", texts_of(set.strings)}};
}

json role_json(Transaction& transaction, const Role& role) {
  const auto set = transaction.roles.find_set(role.permission_set);
  json holders = json::array();
  for (const std::int64_t id : transaction.roles.holders(role.id))
    holders.push_back(principal_json(transaction, id));
  return {{"id", role.id},
          {"name", role.name},
          {"description", role.description},
          {"permission_set", set ? set->name : "?"},
          {"permissions", texts_of(role.strings)},
          {"without_operations", texts_of(without_operations(role.strings))},
          {"holders", std::move(holders)}};
}

json application_json(Transaction& transaction, const Caller& caller,
                      const Application& application) {
  json signers = json::array();
  for (const SignerId id : transaction.applications.signers(application.id)) {
    const Signer* const signer = transaction.signers.find(id);
    if (may(transaction, caller, right::see_signer, signer)) signers.push_back(signer->name);
  }
  json containers = json::array();
  for (const Container& each : transaction.containers.of_application(application.id))
    if (may(transaction, caller, right::see_container, on_container(each)))
      containers.push_back(each.name);
  json view{{"id", application.id},
            {"name", application.name},
            {"description", application.description},
            {"signers", std::move(signers)},
            {"containers", std::move(containers)}};
  if (const auto role = transaction.applications.role(application.id, caller.account.id))
    view["my_role"] = to_text(*role);
  return view;
}

json certificate_json(Transaction& transaction, const Caller& caller, const Signer& signer) {
  const Bytes& leaf = signer.certificates.front();
  json view{{"id", signer.id},
            {"signer", signer.name},
            {"state", to_text(signer.state)},
            {"key_type", to_text(signer.pinned.type())},
            {"not_before", to_rfc3339(signer.certificate_from)},
            {"not_after", to_rfc3339(signer.certificate_until)},
            {"fingerprint", to_hex(sha256(leaf))},
            {"certificate", to_base64(leaf)},
            {"chain", json::array()}};
  if (const auto certificate = certificate_from_der(leaf)) {
    constexpr std::size_t tag_and_length = 2;
    view["subject"] = certificate->subject_text;
    view["issuer"] = certificate->issuer_text;
    view["serial"] = to_hex(ByteView(certificate->serial).subspan(tag_and_length));
  }
  for (std::size_t i = 1; i < signer.certificates.size(); ++i)
    view["chain"].push_back(to_base64(signer.certificates[i]));
  if (signer.application &&
      may(transaction, caller, right::see_application, on_application(*signer.application)))
    view["application"] = transaction.applications.find(*signer.application)->name;
  return view;
}

json metadata_type_json(const MetadataType& type) {
  json view = to_json(type.field);
  view.erase("required");
  view["id"] = type.id;
  view["description"] = type.description;
  return view;
}

json collection_json(const Collection& collection) {
  json view{
      {"id", collection.id}, {"name", collection.name}, {"description", collection.description}};
  write_certificate_query(collection.query, view);
  return view;
}

json container_json(Transaction& transaction, const Container& container) {
  json keys = json::array();
  for (const ContainerKey& each : transaction.containers.keys(container.id)) {
    keys.push_back({{"id", each.id},
                    {"hsm", each.token},
                    {"key", each.uri},
                    {"fingerprint", each.fingerprint},
                    {"state", each.state.empty() ? "unchecked" : each.state}});
    if (each.checked) keys.back()["checked"] = to_rfc3339(*each.checked);
  }
  json view{{"id", container.id},
            {"name", container.name},
            {"description", container.description},
            {"every", container.every.count() == 0 ? "never" : to_text(container.every)},
            {"keys", std::move(keys)}};
  if (container.due) view["next_check"] = to_rfc3339(*container.due);
  return view;
}

json pin_source_json(const PinSourceEntry& source, const hsm::PinSource& pin) {
  json view{{"id", source.id}, {"hsm", source.token}, {"description", source.description}};
  if (const auto* const file = std::get_if<hsm::PinFile>(&pin)) {
    view["kind"] = "file";
    view["from"] = file->path;
  } else if (const auto* const credential = std::get_if<hsm::PinCredential>(&pin)) {
    view["kind"] = "credential";
    view["from"] = credential->name;
  } else {
    view["kind"] = "command";
    view["from"] = std::get<hsm::PinCommand>(pin).argv.front();
  }
  return view;
}

json group_json(Transaction& transaction, const Group& group) {
  json members = json::array();
  for (const std::int64_t id : transaction.groups.members(group.id))
    members.push_back(principal_json(transaction, id));
  return {{"id", group.id},
          {"name", group.name},
          {"description", group.description},
          {"members", std::move(members)}};
}

}  // namespace countersign::server
