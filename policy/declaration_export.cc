#include "policy/declaration_export.h"

#include <array>
#include <nlohmann/json.hpp>

#include "core/duration.h"
#include "core/encoding.h"
#include "policy/access.h"
#include "policy/applications.h"
#include "policy/collections.h"
#include "policy/containers.h"
#include "policy/model/declaration.h"
#include "policy/settings.h"

namespace countersign {

using nlohmann::json;

namespace {

std::string principal_name(Transaction& transaction, PrincipalId id) {
  if (const auto group = transaction.groups.find(id)) return group->name;
  if (const auto claim = transaction.claims.find(id)) return text_of(*claim);
  return transaction.accounts.name_of(id);
}

json principal_names(Transaction& transaction, const std::vector<PrincipalId>& principals) {
  json names = json::array();
  for (const PrincipalId id : principals) names.push_back(principal_name(transaction, id));
  return names;
}

json permission_texts(const std::vector<Permission>& permissions) {
  json texts = json::array();
  for (const Permission& each : permissions) texts.push_back(each.text());
  return texts;
}

json declared_members(Transaction& transaction,
                      const std::vector<std::pair<PrincipalId, LayeredRole>>& members) {
  json list = json::array();
  for (const auto& [id, role] : members)
    list.push_back({{"principal", principal_name(transaction, id)}, {"role", to_text(role)}});
  return list;
}

json declared_providers(Transaction& transaction, const Caller& /*caller*/) {
  json list = json::array();
  for (const IdentityProvider& each : transaction.providers.list())
    list.push_back({{"scheme", each.scheme},
                    {"kind", to_text(each.kind)},
                    {"display_name", each.display_name}});
  return list;
}

json declared_accounts(Transaction& transaction, const Caller& /*caller*/) {
  json list = json::array();
  for (const Account& each : transaction.accounts.list())
    list.push_back({{"name", each.name},
                    {"kind", to_text(each.kind)},
                    {"state", to_text(each.state)},
                    {"product_role", to_text(each.product_role)},
                    {"description", each.description},
                    {"owners", principal_names(transaction, each.owners)}});
  return list;
}

json declared_claims(Transaction& transaction, const Caller& /*caller*/) {
  json list = json::array();
  for (const Claim& each : transaction.claims.list()) {
    list.push_back({{"claim", text_of(each)}, {"description", each.description}});
    if (each.account) list.back()["account"] = transaction.accounts.name_of(*each.account);
  }
  return list;
}

json declared_groups(Transaction& transaction, const Caller& /*caller*/) {
  json list = json::array();
  for (const Group& each : transaction.groups.list())
    list.push_back(
        {{"name", each.name},
         {"description", each.description},
         {"members", principal_names(transaction, transaction.groups.members(each.id))}});
  return list;
}

/// The Global set is as it is.
json declared_sets(Transaction& transaction, const Caller& /*caller*/) {
  json list = json::array();
  for (const PermissionSet& each : transaction.roles.sets())
    if (each.id != global_set)
      list.push_back({{"name", each.name},
                      {"description", each.description},
                      {"permissions", permission_texts(each.strings)}});
  return list;
}

json declared_roles(Transaction& transaction, const Caller& /*caller*/) {
  json list = json::array();
  for (const Role& each : transaction.roles.roles())
    list.push_back({{"name", each.name},
                    {"description", each.description},
                    {"permission_set", transaction.roles.find_set(each.permission_set)->name},
                    {"permissions", permission_texts(each.strings)},
                    {"holders", principal_names(transaction, transaction.roles.holders(each.id))}});
  return list;
}

json declared_containers(Transaction& transaction, const Caller& caller) {
  json list = json::array();
  for (const Container& each : visible_containers(transaction, caller)) {
    json keys = json::array();
    for (const ContainerKey& key : transaction.containers.keys(each.id))
      keys.push_back({{"key", key.uri}, {"fingerprint", key.fingerprint}});
    list.push_back({{"name", each.name},
                    {"description", each.description},
                    {"check_every", each.every.count() == 0 ? "never" : to_text(each.every)},
                    {"keys", std::move(keys)}});
  }
  return list;
}

json declared_signer(Transaction& transaction, const Caller& caller, const Signer& signer) {
  json view{{"name", signer.name},
            {"description", signer.description},
            {"key", signer.key_uri},
            {"public_key", to_base64(signer.pinned.der())},
            {"state", to_text(signer.state)},
            {"members", declared_members(transaction, transaction.members.of_signer(signer.id))}};
  if (const SigningPolicy* const policy = transaction.signers.current_policy(signer))
    view["policy"] = to_json(*policy);
  if (may(transaction, caller, right::export_certificate, &signer))
    for (const Bytes& each : signer.certificates) view["certificates"].push_back(to_base64(each));
  return view;
}

json declared_signers(Transaction& transaction, const Caller& caller) {
  const auto ids = may(transaction, caller, right::see_all_signers)
                       ? transaction.signers.list()
                       : objects_with(transaction, caller, right::see_signer);
  json list = json::array();
  for (const SignerId id : ids)
    if (const Signer* const signer = transaction.signers.find(id))
      list.push_back(declared_signer(transaction, caller, *signer));
  return list;
}

json declared_applications(Transaction& transaction, const Caller& caller) {
  json list = json::array();
  for (const Application& each : visible_applications(transaction, caller)) {
    json signers = json::array(), containers = json::array();
    for (const SignerId id : transaction.applications.signers(each.id))
      signers.push_back(transaction.signers.find(id)->name);
    for (const Container& container : transaction.containers.of_application(each.id))
      containers.push_back(container.name);
    list.push_back(
        {{"name", each.name},
         {"description", each.description},
         {"members", declared_members(transaction, transaction.applications.members(each.id))},
         {"signers", std::move(signers)},
         {"containers", std::move(containers)}});
  }
  return list;
}

json declared_metadata_types(Transaction& transaction, const Caller& /*caller*/) {
  json list = json::array();
  for (const MetadataType& each : transaction.metadata_types.list()) {
    list.push_back(to_json(each.field));
    list.back().erase("required");
    list.back()["description"] = each.description;
  }
  return list;
}

json declared_freezes(Transaction& transaction, const Caller& /*caller*/) {
  json list = json::array();
  for (const FreezeWindow& each : transaction.freezes.from(transaction.now))
    list.push_back({{"window", to_rfc3339(each.from) + "/" + to_rfc3339(each.until)},
                    {"reason", each.reason}});
  return list;
}

/// Those that the caller may see.
json declared_settings(Transaction& transaction, const Caller& caller) {
  json list = json::array();
  for (const Setting& each : settings())
    if (may(transaction, caller, right_to_read(each)))
      list.push_back({{"name", each.name}, {"value", to_text(setting_in(transaction, each.name))}});
  return list;
}

json declared_collections(Transaction& transaction, const Caller& caller) {
  json list = json::array();
  for (const Collection& each : visible_collections(transaction, caller)) {
    list.push_back({{"name", each.name}, {"description", each.description}});
    write_certificate_query(each.query, list.back());
  }
  return list;
}

json declared_pin_sources(Transaction& transaction, const Caller& caller) {
  json list = json::array();
  for (const PinSourceEntry& each : visible_pin_sources(transaction, caller))
    list.push_back({{"hsm", each.token}, {"description", each.description}});
  return list;
}

struct Source {
  const char* section;
  std::string_view needs;    ///< to see any of it; "" where each is seen by itself
  std::string_view for_all;  ///< to see all of it; without it nothing is exported
  json (*read)(Transaction&, const Caller&);
  bool may_lack = false;  ///< an export by who may not see all of it leaves the section out
};

constexpr std::string_view see_providers = "/identity_providers/read/";
constexpr std::string_view see_metadata_types = "/metadata/types/read/";

constexpr std::array<Source, 14> sources{
    {{"identity_providers", see_providers, see_providers, declared_providers},
     {"accounts", right::see_accounts, right::see_accounts, declared_accounts},
     {"claims", right::see_accounts, right::see_accounts, declared_claims},
     {"groups", right::see_accounts, right::see_accounts, declared_groups},
     {"permission_sets", right::see_accounts, right::see_accounts, declared_sets},
     {"roles", right::see_accounts, right::see_accounts, declared_roles},
     {"containers", "", right::see_tokens, declared_containers},
     {"metadata_types", see_metadata_types, see_metadata_types, declared_metadata_types},
     {"signers", "", right::see_all_signers, declared_signers},
     {"applications", "", right::see_all_applications, declared_applications},
     {"collections", "", right::see_all_certificates, declared_collections, true},
     {"pin_sources", "", right::see_all_pin_sources, declared_pin_sources},
     {"settings", "", "", declared_settings},
     {"freezes", "", "", declared_freezes}}};

Status check_holds(Transaction& transaction, const Caller& caller, const Source& source,
                   std::string_view right) {
  if (right.empty() || may(transaction, caller, right)) return {};
  return fail(ErrorKind::denied, "not_allowed",
              std::string("/") + source.section + " takes the right " + std::string(right),
              "ask a product admin");
}

}  // namespace

Result<json> export_declaration(Transaction& transaction, const Caller& caller) {
  json document{{"version", 1}};
  for (const Source& each : sources) {
    if (each.may_lack && !may(transaction, caller, each.for_all)) continue;
    if (auto good = check_holds(transaction, caller, each, each.for_all); !good)
      return fail(good.error());
    document[each.section] = each.read(transaction, caller);
  }
  sort_declaration(document);
  return document;
}

Result<json> current_declaration(Transaction& transaction, const Caller& caller,
                                 const json& wanted) {
  json document = json::object();
  for (const Source& each : sources) {
    if (!wanted.contains(each.section)) continue;
    if (auto good = check_holds(transaction, caller, each, each.needs); !good)
      return fail(good.error());
    document[each.section] = each.read(transaction, caller);
  }
  sort_declaration(document);
  return document;
}

}  // namespace countersign
