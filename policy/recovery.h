// What follows when the newest store is lost and an older one has to do.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "policy/transaction.h"

namespace countersign {

struct Recovery {
  std::vector<std::string> frozen;  ///< names of the signers that were active until now
  int ended = 0;                    ///< requests
};

/// Ends every pending and active request and freezes every active signer: what was used up or
/// revoked after the store was copied cannot be known. Records that, with the `reason` given, the
/// head that the mark knew of (`lost`, which may be empty or damaged) and the facts about whoever
/// does it. Errors: `bad_text`.
Result<Recovery> recover_store(Transaction& transaction, const std::string& reason,
                               const std::string& lost, const std::vector<Fact>& attested);

}  // namespace countersign
