// The people whose consent a change waits for.
#pragma once

#include <vector>

#include "policy/model/change.h"
#include "policy/transaction.h"

namespace countersign {

/// Who may consent to a change that waits and has not answered it, of those whom `part` asks: of a
/// signer the people of its quorum or its admins, of the product and of an application their
/// admins. Who may only by what he brings when he calls, or by strings, is not known here. By
/// number.
std::vector<AccountId> people_asked(Transaction& transaction, const ChangeRequest& change,
                                    const ChangePart& part);

}  // namespace countersign
