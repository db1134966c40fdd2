// How each change of who may do what is made, from the JSON that a change request keeps.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/transaction.h"

namespace countersign {

/// Checks the form of the change and what the caller must hold, makes it and records it. Whether it
/// may be made at once is for submit() to say.
using Applier = Status (*)(Transaction& transaction, const Caller& caller,
                           const nlohmann::json& arguments);

/// Null for an operation that is made at once always.
Applier applier_of(std::string_view operation);

}  // namespace countersign
