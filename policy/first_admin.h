// Who a new signer or application belongs to.
#pragma once

#include <string>

#include "core/result.h"
#include "policy/transaction.h"

namespace countersign {

/// The account that is to be a first admin of something new. Error: `bad_admin` (unknown, disabled,
/// or a machine).
Result<Account> find_first_admin(Transaction& transaction, const std::string& name);

}  // namespace countersign
