// Members of applications that the caller may only propose: whose consent that takes.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "policy/caller.h"
#include "policy/model/ids.h"
#include "policy/transaction.h"

namespace countersign {

/// What a change would do to the members of one application.
struct ApplicationProposal {
  ApplicationId application = 0;
  std::string effect;  ///< in words
};

/// Of the operation with these arguments, as its applier takes them, what the caller may only
/// propose; one for each application. Of one that is only to be made nothing is: who makes it names
/// its first members. To be asked while the store is as before the change.
std::vector<ApplicationProposal> application_proposals(Transaction& transaction,
                                                       const Caller& caller,
                                                       const std::string& operation,
                                                       const nlohmann::json& arguments);

}  // namespace countersign
