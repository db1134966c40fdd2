#include "policy/accounts.h"

#include <algorithm>

#include "core/text.h"
#include "policy/access.h"
#include "policy/application_members.h"
#include "policy/requests.h"
#include "policy/role_rules.h"

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

bool is_active_admin(Transaction& transaction, AccountId id) {
  const auto account = transaction.accounts.find(id);
  return account && account->state == AccountState::active && account->kind == AccountKind::user;
}

Status check_product_keeps_admin(Transaction& transaction, const Account& account) {
  if (account.product_role != LayeredRole::product_admin) return {};
  for (const Account& each : transaction.accounts.list())
    if (each.id != account.id && each.product_role == LayeredRole::product_admin &&
        is_active_admin(transaction, each.id))
      return {};
  return fail(ErrorKind::conflict, "last_admin", account.name + " is the only product admin",
              "the product always keeps an admin");
}

Status check_signer_keeps_admin(Transaction& transaction, const Signer& signer,
                                const Account& account) {
  for (const auto& [id, role] : transaction.members.of_signer(signer.id))
    if (id != account.id && role == LayeredRole::signer_admin && is_active_admin(transaction, id))
      return {};
  return fail(ErrorKind::conflict, "last_admin",
              account.name + " is the only admin of " + signer.name,
              "to stop all signing with it, run: countersign signer freeze " + signer.name);
}

/// Each step must be left with as many people who can approve as it asks for.
Status check_steps_stay_satisfiable(Transaction& transaction, const Signer& signer,
                                    const Account& account) {
  const SigningPolicy* const policy = transaction.signers.current_policy(signer);
  if (policy == nullptr) return {};
  for (const ApprovalStep& step : policy->steps) {
    if (!step.names(account.name)) continue;
    const auto left = std::ranges::count_if(step.approvers, [&](const std::string& name) {
      const auto approver = transaction.accounts.find(name);
      return approver && approver->id != account.id &&
             may(transaction, *approver, right::approve, &signer);
    });
    if (left < step.count)
      return fail(ErrorKind::conflict, "step_unsatisfiable",
                  "without " + account.name + " nobody can complete the step \"" + step.name +
                      "\" of " + signer.name,
                  "have its admin set a policy first, or stop all signing with it: countersign "
                  "signer freeze " +
                      signer.name);
  }
  return {};
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

Result<Account> disable_account(Transaction& transaction, const Caller& caller,
                                const std::string& name, const std::string& reason) {
  if (auto good = check_text("the reason", reason); !good) return fail(good.error());
  auto account = transaction.accounts.find(name);
  if (!account) return no_such("account");
  if (account->state != AccountState::active)
    return fail(ErrorKind::conflict, "not_active", account->name + " is disabled already");
  if (auto good = check_product_keeps_admin(transaction, *account); !good)
    return fail(good.error());
  if (auto good = check_applications_keep_admin(transaction, *account); !good)
    return fail(good.error());
  const auto memberships = transaction.members.of_account(account->id);
  for (const auto& [id, role] : memberships) {
    const Signer& signer = *transaction.signers.find(id);
    if (role == LayeredRole::signer_admin)
      if (auto good = check_signer_keeps_admin(transaction, signer, *account); !good)
        return fail(good.error());
    if (auto good = check_steps_stay_satisfiable(transaction, signer, *account); !good)
      return fail(good.error());
  }
  transaction.accounts.set_state(account->id, AccountState::disabled);
  account->state = AccountState::disabled;
  std::string ended;
  for (const auto& [id, role] : memberships) {
    const std::string here = end_open_requests(transaction, id, account->id, RequestAction::cancel,
                                               RequestAction::revoke);
    if (!here.empty()) ended += (ended.empty() ? "" : ",") + here;
  }
  record_change(transaction, caller, "account.disable", std::nullopt, std::nullopt,
                {{"account", std::to_string(account->id)}, {"reason", reason}, {"ended", ended}});
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
  if (account->owner == caller.account.id)
    return fail(ErrorKind::denied, "own_machine",
                account->name + " is your own machine: that would give yourself its rights",
                "have somebody else enable it");
  if (const auto member = transaction.members.of_account(account->id); !member.empty()) {
    const std::string& signer = transaction.signers.find(member.front().first)->name;
    return fail(
        ErrorKind::conflict, "is_member",
        account->name + " is a member of " + signer + ", whose admin decides who acts there",
        "have it removed first: countersign member remove " + signer + " " + account->name);
  }
  transaction.accounts.set_state(account->id, AccountState::active);
  account->state = AccountState::active;
  record_change(transaction, caller, "account.enable", std::nullopt, std::nullopt,
                {{"account", std::to_string(account->id)}, {"reason", reason}});
  return std::move(*account);
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
