#include "policy/role_import.h"

#include "core/text.h"
#include "policy/access.h"
#include "policy/roles.h"

namespace countersign {
namespace {

/// The provider of that scheme or display name; the host where none is named.
std::optional<IdentityProvider> find_provider(Transaction& transaction, const std::string& name) {
  if (name.empty())
    return transaction.providers.find(std::string(to_text(ProviderKind::unix_host)));
  if (auto by_scheme = transaction.providers.find(fold_case(name))) return by_scheme;
  return transaction.providers.find_by_display_name(name);
}

/// The claim as it is known here, by which it is named among principals.
Result<std::string> known_claim(Transaction& transaction, const ExchangedClaim& claim) {
  const auto type = claim_type_from_text(claim.type);
  if (!type)
    return fail(ErrorKind::invalid, "bad_claim",
                printable(claim.type) + " is no type of claim that is known here");
  const auto provider = find_provider(transaction, claim.provider);
  if (!provider)
    return fail(ErrorKind::not_found, "no_such_provider",
                "there is no identity provider " + printable(claim.provider),
                "make it, or give the role to whom it is to belong: countersign role grant");
  Claim wanted;
  wanted.scheme = provider->scheme;
  wanted.type = *type;
  wanted.value = claim.value;
  const auto found = transaction.claims.find(text_of(wanted));
  if (found && found->active) return text_of(*found);
  return fail(ErrorKind::not_found, "no_such_claim",
              "there is no claim " + printable(text_of(wanted)),
              "make it with: countersign claim create; then: countersign role grant");
}

Result<std::string> connect(Transaction& transaction, const Caller& caller, const Role& role,
                            const ExchangedClaim& claim) {
  auto known = known_claim(transaction, claim);
  if (!known) return known;
  auto granted = grant_role(transaction, caller, role.name, *known);
  if (granted) return known;
  if (granted.error().kind == ErrorKind::denied)
    record_denial(transaction, caller, std::nullopt, "role.import", granted.error().code);
  return fail(std::move(granted.error()));
}

}  // namespace

Result<RoleImport> import_role(Transaction& transaction, const Caller& caller,
                               const ExchangedRole& exchanged) {
  const auto set = exchanged.permission_set ? transaction.roles.find_set(*exchanged.permission_set)
                                            : transaction.roles.find_set(global_set);
  std::vector<ImportedPermission> permissions;
  if (set) permissions = import_permissions(exchanged.permissions, set->strings);
  RoleWish wish{
      exchanged.name, exchanged.description, set ? set->name : *exchanged.permission_set, {}};
  for (const ImportedPermission& each : permissions)
    if (!each.refusal) wish.strings.push_back(each.string->text());
  auto role = create_role(transaction, caller, wish);
  if (!role) return fail(std::move(role.error()));
  RoleImport import{std::move(*role), std::move(permissions), {}};
  for (const ExchangedClaim& each : exchanged.claims)
    import.claims.push_back({each, connect(transaction, caller, import.role, each)});
  return import;
}

}  // namespace countersign
