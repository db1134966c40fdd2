// What waits for somebody.
#pragma once

#include <vector>

#include "policy/caller.h"
#include "policy/model/change.h"
#include "policy/transaction.h"

namespace countersign {

/// Each list oldest first, at most 1,000 of a kind.
struct Inbox {
  std::vector<Request> to_answer;  ///< in the step they have come to, the caller may answer
  std::vector<Request> to_review;  ///< emergencies
  std::vector<ChangeRequest> to_consent;
};

Inbox inbox_of(Transaction& transaction, const Caller& caller);

}  // namespace countersign
