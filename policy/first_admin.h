// Who a new signer or application belongs to.
#pragma once

#include <string>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/transaction.h"

namespace countersign {

/// The account that is to be the first admin of what the caller makes. Error: `bad_admin` (unknown,
/// disabled, a machine, or the caller himself).
Result<Account> find_first_admin(Transaction& transaction, const Caller& caller,
                                 const std::string& name);

}  // namespace countersign
