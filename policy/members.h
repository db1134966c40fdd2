// Who is a member of a signer.
#pragma once

#include <string>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/transaction.h"

namespace countersign {

struct Member {
  Account account;
  LayeredRole role;
};

/// Makes an account a member, or gives a member another role. Errors: `not_found` (no such
/// account), `needs_second_admin` (a second admin: that needs a quorum), `last_admin`,
/// `own_machine` (a machine of the caller's), `is_member` (with that role already).
Result<Member> add_member(Transaction& transaction, const Caller& caller, const Signer& signer,
                          const std::string& account, LayeredRole role);

/// Ends a membership, and with it the open requests of the account on this signer. Errors:
/// `not_found`, `last_admin`, `named_in_policy` (the current policy's step names the account).
Result<Member> remove_member(Transaction& transaction, const Caller& caller, const Signer& signer,
                             const std::string& account);

}  // namespace countersign
