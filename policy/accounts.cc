#include "policy/accounts.h"

#include "core/text.h"
#include "policy/access.h"
#include "policy/roles.h"

namespace countersign {
namespace {

Status check_unix_user(Transaction& transaction, const std::string& login) {
  if (login.empty() || login.size() > 64 || login != printable(login) ||
      login.find_first_of(" /:") != login.npos)
    return fail(ErrorKind::invalid, "bad_unix_user",
                "\"" + printable(login) + "\" is no login name");
  if (transaction.accounts.find_unix_user(login))
    return fail(ErrorKind::conflict, "unix_user_taken",
                "the unix user " + login + " belongs to another account",
                "one account at most owns an identity");
  return {};
}

Result<std::optional<AccountId>> find_owner(Transaction& transaction, const NewAccount& wish) {
  if (wish.owner.has_value() != (wish.kind == AccountKind::machine))
    return fail(ErrorKind::invalid, "bad_owner", "a machine has an owner, a user has none",
                "name the person with --owner");
  if (!wish.owner) return std::optional<AccountId>();
  const auto owner = transaction.accounts.find(*wish.owner);
  if (!owner || owner->kind != AccountKind::user || owner->state != AccountState::active)
    return fail(ErrorKind::invalid, "bad_owner",
                "the owner \"" + printable(*wish.owner) + "\" is no active person's account");
  return std::optional(owner->id);
}

CreatedAccount store_account(Transaction& transaction, Account account) {
  account.id = transaction.accounts.add(account);
  EnrolmentCode code = make_enrolment_code(transaction, account.id);
  return {std::move(account), std::move(code)};
}

}  // namespace

Result<CreatedAccount> create_account(Transaction& transaction, const Caller& caller,
                                      const NewAccount& wish) {
  if (auto good = check_name("account name", wish.name); !good) return fail(good.error());
  if (wish.product_role == LayeredRole::product_admin)
    return fail(ErrorKind::denied, "needs_second_admin",
                "another product admin needs the consent of two",
                "this version has one product admin, named at init");
  if (auto free = check_principal_name_is_free(transaction, wish.name); !free)
    return fail(free.error());
  if (wish.unix_user)
    if (auto good = check_unix_user(transaction, *wish.unix_user); !good) return fail(good.error());
  const auto owner = find_owner(transaction, wish);
  if (!owner) return fail(owner.error());
  CreatedAccount created = store_account(
      transaction,
      {0, wish.name, wish.kind, AccountState::active, wish.product_role, wish.unix_user, *owner});
  record_change(transaction, caller, "account.create", std::nullopt, std::nullopt,
                {{"account", std::to_string(created.account.id)},
                 {"kind", std::string(to_text(wish.kind))},
                 {"product_role", std::string(to_text(wish.product_role))}});
  return created;
}

Result<CreatedAccount> create_first_admin(Transaction& transaction, const std::string& name) {
  if (auto good = check_name("account name", name); !good) return fail(good.error());
  CreatedAccount created =
      store_account(transaction, {0, name, AccountKind::user, AccountState::active,
                                  LayeredRole::product_admin, std::nullopt, std::nullopt});
  record_change(transaction, Caller{created.account, {}}, "init", std::nullopt, std::nullopt,
                {{"account", std::to_string(created.account.id)}, {"product_role", "admin"}});
  return created;
}

}  // namespace countersign
