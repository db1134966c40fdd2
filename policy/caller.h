// Who calls, as the gateway established it.
#pragma once

#include <vector>

#include "policy/model/account.h"
#include "policy/model/log_record.h"

namespace countersign {

struct Caller {
  Account account;
  std::vector<Fact> attested;  ///< what kernel or token store said, for the record
};

}  // namespace countersign
