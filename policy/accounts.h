// Making accounts.
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

/// Makes an account and its enrolment code. Errors: `bad_name`, `name_taken`, `bad_owner`,
/// `unix_user_taken`, `not_allowed` (a product admin is made by `init` only, until a second one
/// can consent).
Result<CreatedAccount> create_account(Transaction& transaction, const Caller& caller,
                                      const NewAccount& wish);

/// Keeps an account out and ends its requests for good: letting it in again revives none. Errors:
/// `not_found`, `bad_text`, `not_active`, `last_admin` (of the product or a signer),
/// `step_unsatisfiable` (too few would be left who can approve with a signer).
Result<Account> disable_account(Transaction& transaction, const Caller& caller,
                                const std::string& name, const std::string& reason);

/// Lets a disabled account in again, with its roles. A signer's members decide who acts as one of
/// them, so a member has to be removed there first. Errors: `needs_global_role`, `not_found`,
/// `bad_text`, `not_disabled`, `own_machine`, `is_member`.
Result<Account> enable_account(Transaction& transaction, const Caller& caller,
                               const std::string& name, const std::string& reason);

/// The first account of a new store: the product admin. Errors: `bad_name`.
Result<CreatedAccount> create_first_admin(Transaction& transaction, const std::string& name);

}  // namespace countersign
