// That somebody answers requests in the place of another for a time.
#pragma once

#include <optional>
#include <string>

#include "core/clock.h"
#include "policy/model/ids.h"

namespace countersign {

using DelegationId = std::int64_t;

struct Delegation {
  DelegationId id = 0;
  AccountId delegator = 0;  ///< whose approvals they are
  AccountId delegate = 0;   ///< the colleague
  Time from;
  Time until;
  std::string reason;
  std::optional<Time> ended = {};  ///< before its time was over

  bool holds_at(Time now) const { return !ended && from <= now && now < until; }
};

}  // namespace countersign
