#include "policy/accounts.h"

#include "core/text.h"
#include "policy/access.h"
#include "policy/application_members.h"
#include "policy/claims.h"
#include "policy/gains.h"
#include "policy/role_rules.h"

namespace countersign {
namespace {

Result<Account> find_person(Transaction& transaction, const std::string& name) {
  auto person = transaction.accounts.find(name);
  if (!person || person->kind != AccountKind::user || person->state != AccountState::active)
    return fail(ErrorKind::invalid, "bad_owner",
                "the owner \"" + printable(name) + "\" is no active person's account");
  return std::move(*person);
}

Result<std::vector<AccountId>> find_owner(Transaction& transaction, const NewAccount& wish) {
  if (wish.owner.has_value() != (wish.kind == AccountKind::machine))
    return fail(ErrorKind::invalid, "bad_owner", "a machine has an owner, a user has none",
                "name the person with --owner");
  if (!wish.owner) return std::vector<AccountId>();
  const auto owner = find_person(transaction, *wish.owner);
  if (!owner) return fail(owner.error());
  return std::vector{owner->id};
}

Result<Account> find_account(Transaction& transaction, const std::string& name) {
  auto account = transaction.accounts.find(name);
  if (!account) return no_such("account");
  return std::move(*account);
}

Result<Account> find_machine(Transaction& transaction, const std::string& name) {
  auto machine = find_account(transaction, name);
  if (!machine || machine->kind == AccountKind::machine) return machine;
  return fail(ErrorKind::invalid, "not_a_machine", machine->name + " is a person",
              "a machine has owners, a person has none");
}

CreatedAccount store_account(Transaction& transaction, Account account) {
  account.id = transaction.accounts.add(account);
  EnrolmentCode code = make_enrolment_code(transaction, account.id);
  return {std::move(account), std::move(code)};
}

/// Who sees a code could act as the account.
Status check_code_gives_nothing(Transaction& transaction, const Caller& caller,
                                const Account& account) {
  const std::vector around{account.id};
  if (const auto signers = transaction.acting.signers_around(around); !signers.empty())
    return fail(ErrorKind::conflict, "is_member",
                account.name + " acts on " + transaction.signers.find(signers.front())->name +
                    ", whose admin decides who acts there",
                "have the membership end first, the account's own or that of its group");
  if (account.product_role == LayeredRole::product_admin && account.id != caller.account.id)
    return fail(ErrorKind::denied, "is_admin", account.name + " is a product admin",
                "have that role taken first: countersign account change " + account.name +
                    " --product-role member");
  return {};
}

tl::unexpected<Error> last_owner(const Account& machine, const Account& owner) {
  return fail(ErrorKind::conflict, "last_owner",
              owner.name + " is the only owner of " + machine.name,
              "name another one first: countersign account add-owner " + machine.name + " NAME");
}

void record(Transaction& transaction, const Caller& caller, const char* operation,
            const Account& account, std::vector<std::pair<std::string, std::string>> data) {
  data.emplace_back("account", std::to_string(account.id));
  record_change(transaction, caller, operation, std::nullopt, std::nullopt, std::move(data));
}

}  // namespace

Result<CreatedAccount> create_account(Transaction& transaction, const Caller& caller,
                                      const NewAccount& wish) {
  if (auto good = check_name("account name", wish.name); !good) return fail(good.error());
  if (wish.product_role == LayeredRole::product_admin)
    return fail(ErrorKind::denied, "needs_second_admin",
                "an account becomes a product admin by a change of its own",
                "create it, then: countersign account change " + printable(wish.name) +
                    " --product-role admin");
  if (auto free = check_principal_name_is_free(transaction, wish.name); !free)
    return fail(free.error());
  if (wish.unix_user)
    if (auto good = check_holds_globally(transaction, caller); !good) return fail(good.error());
  const auto owner = find_owner(transaction, wish);
  if (!owner) return fail(owner.error());
  CreatedAccount created = store_account(
      transaction, {0, wish.name, wish.kind, AccountState::active, wish.product_role, *owner});
  transaction.accounts.vouch(created.account.id, caller.account.id);
  record(transaction, caller, "account.create", created.account,
         {{"kind", std::string(to_text(wish.kind))},
          {"product_role", std::string(to_text(wish.product_role))}});
  if (wish.unix_user)
    if (auto made = claim_login(transaction, caller, created.account, *wish.unix_user); !made)
      return fail(made.error());
  return created;
}

Result<Account> disable_account(Transaction& transaction, const Caller& caller,
                                const std::string& name, const std::string& reason) {
  if (auto good = check_text("the reason", reason); !good) return fail(good.error());
  auto account = transaction.accounts.find(name);
  if (!account) return no_such("account");
  if (account->state != AccountState::active)
    return fail(ErrorKind::conflict, "not_active", account->name + " is disabled already");
  if (auto good = check_applications_keep_admin(transaction, *account); !good)
    return fail(good.error());
  transaction.accounts.set_state(account->id, AccountState::disabled);
  account->state = AccountState::disabled;
  record(transaction, caller, "account.disable", *account, {{"reason", reason}});
  return std::move(*account);
}

Result<Account> enable_account(Transaction& transaction, const Caller& caller,
                               const std::string& name, const std::string& reason) {
  if (auto good = check_holds_globally(transaction, caller); !good) return fail(good.error());
  if (auto good = check_text("the reason", reason); !good) return fail(good.error());
  auto account = transaction.accounts.find(name);
  if (!account) return no_such("account");
  if (account->state == AccountState::active)
    return fail(ErrorKind::conflict, "not_disabled", account->name + " is not disabled");
  if (account->is_owned_by(caller.account.id))
    return fail(ErrorKind::denied, "own_machine",
                account->name + " is your own machine: that would give yourself its rights",
                "have somebody else enable it");
  transaction.accounts.set_state(account->id, AccountState::active);
  account->state = AccountState::active;
  record(transaction, caller, "account.enable", *account, {{"reason", reason}});
  return std::move(*account);
}

Result<Account> describe_account(Transaction& transaction, const Caller& caller,
                                 const std::string& name, const std::string& description) {
  auto account = find_account(transaction, name);
  if (!account) return account;
  if (auto good = check_description(description); !good) return fail(good.error());
  transaction.accounts.describe(account->id, description);
  account->description = description;
  record(transaction, caller, "account.change", *account, {{"description", description}});
  return account;
}

Result<Account> set_product_role(Transaction& transaction, const Caller& caller,
                                 const std::string& name, LayeredRole role) {
  if (auto good = check_holds_globally(transaction, caller); !good) return fail(good.error());
  auto account = find_account(transaction, name);
  if (!account) return account;
  if (account->product_role == role)
    return fail(ErrorKind::conflict, "has_role",
                account->name + " is a product " + std::string(to_text(role)) + " already");
  if (account->kind != AccountKind::user)
    return fail(ErrorKind::invalid, "bad_role", account->name + " is a machine",
                "only people look after the product");
  transaction.accounts.set_product_role(account->id, role);
  account->product_role = role;
  record(transaction, caller, "account.change", *account,
         {{"product_role", std::string(to_text(role))}});
  return account;
}

Result<Account> delete_account(Transaction& transaction, const Caller& caller,
                               const std::string& name) {
  auto account = find_account(transaction, name);
  if (!account) return account;
  if (auto good = check_applications_keep_admin(transaction, *account); !good)
    return fail(good.error());
  const auto machines = transaction.accounts.machines_of(account->id);
  for (const AccountId id : machines)
    if (const auto machine = transaction.accounts.find(id);
        machine->owners.size() == 1 && machine->state != AccountState::deleted)
      return last_owner(*machine, *account);
  for (const AccountId id : machines) transaction.accounts.remove_owner(id, account->id);
  for (Claim& claim : transaction.claims.of_account(account->id)) {
    claim.active = false;
    transaction.claims.change(claim);
  }
  transaction.credentials.end_all(account->id);
  transaction.accounts.remove(account->id);
  account->state = AccountState::deleted;
  record(transaction, caller, "account.delete", *account, {{"name", account->name}});
  return account;
}

Result<CreatedAccount> enrol_anew(Transaction& transaction, const Caller& caller,
                                  const std::string& name) {
  if (auto good = check_holds_globally(transaction, caller); !good) return fail(good.error());
  const auto account = find_account(transaction, name);
  if (!account) return fail(account.error());
  if (account->state != AccountState::active)
    return fail(ErrorKind::conflict, "not_active", account->name + " is disabled");
  if (auto good = check_code_gives_nothing(transaction, caller, *account); !good)
    return fail(good.error());
  CreatedAccount enrolled{*account, {}};
  const auto kept = keep_unless_own_gain(transaction, caller,
                                         [&]() -> Status {
                                           transaction.credentials.end_all(account->id);
                                           enrolled.enrolment =
                                               make_enrolment_code(transaction, account->id);
                                           return {};
                                         },
                                         {account->id});
  if (!kept) return fail(kept.error());
  transaction.accounts.vouch(account->id, caller.account.id);
  record(transaction, caller, "account.enrol", *account, {});
  return enrolled;
}

Result<Account> add_owner(Transaction& transaction, const Caller& caller, const std::string& name,
                          const std::string& person) {
  if (auto good = check_holds_globally(transaction, caller); !good) return fail(good.error());
  auto machine = find_machine(transaction, name);
  if (!machine) return machine;
  auto owner = find_person(transaction, person);
  if (!owner) return owner;
  if (machine->is_owned_by(owner->id))
    return fail(ErrorKind::conflict, "is_owner",
                owner->name + " owns " + machine->name + " already");
  const bool by_admin = caller.account.product_role == LayeredRole::product_admin;
  const auto kept = keep_unless_own_gain(
      transaction, caller,
      [&]() -> Status {
        transaction.accounts.add_owner(machine->id, owner->id);
        return {};
      },
      by_admin ? std::vector<AccountId>() : std::vector{machine->id});
  if (!kept) return fail(kept.error());
  record(transaction, caller, "account.add_owner", *machine,
         {{"owner", std::to_string(owner->id)}});
  return transaction.accounts.find(machine->id).value();
}

Result<Account> remove_owner(Transaction& transaction, const Caller& caller,
                             const std::string& name, const std::string& person) {
  if (auto good = check_holds_globally(transaction, caller); !good) return fail(good.error());
  auto machine = find_machine(transaction, name);
  if (!machine) return machine;
  const auto owner = transaction.accounts.find(person);
  if (!owner || !machine->is_owned_by(owner->id)) return no_such("owner of the machine");
  if (machine->owners.size() == 1) return last_owner(*machine, *owner);
  transaction.accounts.remove_owner(machine->id, owner->id);
  record(transaction, caller, "account.remove_owner", *machine,
         {{"owner", std::to_string(owner->id)}});
  return transaction.accounts.find(machine->id).value();
}

Result<CreatedAccount> create_first_admin(Transaction& transaction, const std::string& name) {
  if (auto good = check_name("account name", name); !good) return fail(good.error());
  CreatedAccount created = store_account(
      transaction, {0, name, AccountKind::user, AccountState::active, LayeredRole::product_admin});
  record_change(transaction, Caller{created.account, {}}, "init", std::nullopt, std::nullopt,
                {{"account", std::to_string(created.account.id)}, {"product_role", "admin"}});
  return created;
}

}  // namespace countersign
