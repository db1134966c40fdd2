// Freeze windows of the whole product: one person stops all signing for a time, and it takes the
// consent of others to let it go on earlier.
#pragma once

#include <string>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/model/product_freeze.h"
#include "policy/transaction.h"

namespace countersign {

/// Adds a window. Errors: `bad_window` (over before it begins, or already), `bad_text`,
/// `too_many_freezes` (100 are to come or hold).
Result<ProductFreeze> create_freeze(Transaction& transaction, const Caller& caller,
                                    const FreezeWindow& window);

/// Ends one before it is over. Errors: `not_found`, `freeze_over`, `bad_text`.
Status end_freeze(Transaction& transaction, const Caller& caller, FreezeId id,
                  const std::string& reason);

}  // namespace countersign
