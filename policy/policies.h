// Setting a signer's signing policy.
#pragma once

#include <optional>
#include <string>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/transaction.h"

namespace countersign {

/// Makes `policy` the signer's current one. Pending requests become stale, active ones superseded.
/// `before`: the revision it was made from, refused when it is not the current one any more.
/// Errors: `bad_text`, `policy_changed`, `bad_approver` (no member, a machine, or disabled).
Status set_policy(Transaction& transaction, const Caller& caller, const Signer& signer,
                  const SigningPolicy& policy, const std::string& reason,
                  std::optional<PolicyNumber> before);

}  // namespace countersign
