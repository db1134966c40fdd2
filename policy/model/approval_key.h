// A key with which somebody signs his approvals.
#pragma once

#include <optional>
#include <string>

#include "core/clock.h"
#include "core/public_key.h"
#include "policy/model/ids.h"

namespace countersign {

struct ApprovalKey {
  std::int64_t id = 0;
  AccountId account = 0;
  std::string label;
  PublicKey key;
  Time created;
  std::optional<Time> ended = {};
};

}  // namespace countersign
