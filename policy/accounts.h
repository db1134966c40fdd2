// Accounts: made, changed, kept out, let in again and deleted. What these do to those who act on
// signers is for submit() to look at.
#pragma once

#include <optional>
#include <string>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/credentials.h"
#include "policy/transaction.h"

namespace countersign {

struct NewAccount {
  std::string name;
  AccountKind kind = AccountKind::user;
  LayeredRole product_role = LayeredRole::product_member;
  std::optional<std::string> unix_user;
  std::optional<std::string> owner;  ///< name of the person who owns the machine
};

struct CreatedAccount {
  Account account;
  EnrolmentCode enrolment;
};

/// Makes an account and its enrolment code, and the claim of its login. Errors: `bad_name`,
/// `name_taken`, `bad_owner`, `needs_second_admin` (a product admin is made by set_product_role()),
/// those of claim_login().
Result<CreatedAccount> create_account(Transaction& transaction, const Caller& caller,
                                      const NewAccount& wish);

/// Keeps an account out. Errors: `not_found`, `bad_text`, `not_active`, `last_admin` (of an
/// application).
Result<Account> disable_account(Transaction& transaction, const Caller& caller,
                                const std::string& name, const std::string& reason);

/// Lets a disabled account in again, with its roles. Errors: `needs_global_role`, `not_found`,
/// `bad_text`, `not_disabled`, `own_machine`.
Result<Account> enable_account(Transaction& transaction, const Caller& caller,
                               const std::string& name, const std::string& reason);

/// Errors: `not_found`, `bad_text`.
Result<Account> describe_account(Transaction& transaction, const Caller& caller,
                                 const std::string& name, const std::string& description);

/// Makes a person an admin of the product, or no longer one. Errors: `needs_global_role`,
/// `not_found`, `has_role` (already), `bad_role` (a machine).
Result<Account> set_product_role(Transaction& transaction, const Caller& caller,
                                 const std::string& name, LayeredRole role);

/// Takes everything from an account and ends its tokens, claims and requests, for good; its name
/// stays taken, for policies and records tell it by that. Errors: `not_found`, `last_owner` (of a
/// machine), `last_admin` (of an application).
Result<Account> delete_account(Transaction& transaction, const Caller& caller,
                               const std::string& name);

/// Ends the tokens and codes of somebody who has lost them, and makes another enrolment code. Who
/// sees it could act as the account, so one that would give him more is refused. Errors:
/// `needs_global_role`, `not_found`, `not_active`, `is_member` (of a signer), `is_admin` (of the
/// product, and somebody else), those of keep_unless_own_gain().
Result<CreatedAccount> enrol_anew(Transaction& transaction, const Caller& caller,
                                  const std::string& name);

/// Gives a machine another owner, or takes one: a person. An owner acts for the machine. Errors:
/// `needs_global_role`, `not_found`, `not_a_machine`, `bad_owner`, `is_owner` (already), those of
/// keep_unless_own_gain(); `last_owner`.
Result<Account> add_owner(Transaction& transaction, const Caller& caller, const std::string& name,
                          const std::string& person);
Result<Account> remove_owner(Transaction& transaction, const Caller& caller,
                             const std::string& name, const std::string& person);

/// The first account of a new store: the product admin. Errors: `bad_name`.
Result<CreatedAccount> create_first_admin(Transaction& transaction, const std::string& name);

}  // namespace countersign
