// A freeze window of the whole product: nothing is signed with any signer.
#pragma once

#include <optional>
#include <string>

#include "policy/model/freeze_window.h"
#include "policy/model/ids.h"

namespace countersign {

using FreezeId = std::int64_t;

struct ProductFreeze {
  FreezeId id = 0;
  FreezeWindow window;
  AccountId author = 0;
  Time created;
  std::optional<Time> ended = {};  ///< by consent, before it was over
};

}  // namespace countersign
