#include "policy/role_import.h"

#include "core/text.h"
#include "policy/access.h"
#include "policy/roles.h"

namespace countersign {
namespace {

/// Login names that the kernel vouches for, the one provider there is.
constexpr const char* unix_provider = "unix";

/// The principal that the claim belongs to.
Result<std::string> owner_of(Transaction& transaction, const ExchangedClaim& claim) {
  const std::string whose = "the " + printable(claim.type) + " " + printable(claim.value);
  if (!claim_type(claim.type))
    return fail(ErrorKind::invalid, "bad_claim",
                printable(claim.type) + " is no type of claim that is known here");
  if (!claim.provider.empty() && fold_case(claim.provider) != unix_provider)
    return fail(ErrorKind::not_found, "no_such_provider",
                "there is no identity provider " + printable(claim.provider),
                "give the role to whom it is to belong: countersign role grant");
  const auto account = claim.type == "user" ? transaction.accounts.find_unix_user(claim.value)
                                            : std::optional<Account>();
  if (account) return account->name;
  return fail(ErrorKind::not_found, "no_such_claim", whose + " belongs to no account",
              "make the account with --unix-user, then: countersign role grant");
}

Result<std::string> connect(Transaction& transaction, const Caller& caller, const Role& role,
                            const ExchangedClaim& claim) {
  auto owner = owner_of(transaction, claim);
  if (!owner) return owner;
  auto granted = grant_role(transaction, caller, role.name, *owner);
  if (granted) return owner;
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
