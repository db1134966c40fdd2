// Nobody gives himself a right: what a change would give to the one who makes it, and to what he
// controls.
#pragma once

#include <functional>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/transaction.h"

namespace countersign {

/// Makes `change` and keeps it only if it is good and gives no string and no layered role to the
/// caller, to a machine that he owns, or to an account whose enrolment code is still out, for who
/// made the account saw the code. All ways to a right count, since what is held before and after is
/// compared: roles, sets, members, and groups in groups. `change` must not write to the log.
/// Errors: those of `change`; `own_gain`, `not_enrolled`.
Status keep_unless_own_gain(Transaction& transaction, const Caller& caller,
                            const std::function<Status()>& change);

}  // namespace countersign
