// Nobody gives himself a right: what a change would give to the one who makes it, and to what he
// controls.
#pragma once

#include <functional>
#include <vector>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/transaction.h"

namespace countersign {

/// Makes `change` and keeps it only if it is good and gives no string, and no role on the product
/// or an application, to the caller or to what he controls: a machine that he owns before or after
/// it, an account whose enrolment code is still out (who made the account saw the code), and unless
/// he is a product admin an account that he vouched for or a claim that many bring. All ways to a
/// right count, since what is held before and after is compared: roles, sets, groups in groups,
/// claims. An account in `identified` gets a new way to sign in, which may be the caller's: all
/// that it holds counts as given to him. `change` must not write to the log. Errors: those of
/// `change`; `own_gain`, `not_enrolled`.
Status keep_unless_own_gain(Transaction& transaction, const Caller& caller,
                            const std::function<Status()>& change,
                            const std::vector<AccountId>& identified = {});

}  // namespace countersign
