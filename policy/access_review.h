// What somebody who looks after access is to look at: rights that nobody uses, claims that nobody
// brings, steps that few can complete, machines that nobody owns.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "policy/model/claim.h"
#include "policy/transaction.h"

namespace countersign {

/// A right that was not used, nor given, since the moment that was asked about. Reading is not
/// recorded, so rights that do nothing else are not among them.
struct UnusedRight {
  std::string account;
  std::string right;    ///< a permission string, or a layered role and what it is held on
  std::string through;  ///< the chain, in the words of RightDecision::reason
};

struct UnbroughtClaim {
  std::string claim;
  std::string reason;
};

/// A step that as many people can complete as it needs, or one more; or fewer.
struct NarrowStep {
  std::string signer;
  std::string step;
  std::int64_t needs = 0;
  std::int64_t people = 0;
};

struct AccessReview {
  std::vector<UnusedRight> unused;
  std::vector<UnbroughtClaim> claims;
  std::vector<NarrowStep> steps;
  std::vector<std::string> machines;  ///< without an active owner
};

/// Looks at every role, signer, claim and machine, and at every record since then. `host_knows`
/// says whether this host has the login or group that a claim names.
AccessReview review_access(Transaction& transaction, Time since,
                           const std::function<bool(const Claim&)>& host_knows);

}  // namespace countersign
