// What is in the store, as the document of policy/model/declaration.h.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/transaction.h"

namespace countersign {

/// The whole policy, without secrets: what credentials, requests and the log hold is not in it, nor
/// is a certificate that the caller may not export. The same store gives the same document. Errors:
/// `not_allowed`, naming a string that the caller lacks to see all of it.
Result<nlohmann::json> export_declaration(Transaction& transaction, const Caller& caller);

/// The sections that `wanted` has, as far as the caller may know of what is in them. Errors:
/// `not_allowed`.
Result<nlohmann::json> current_declaration(Transaction& transaction, const Caller& caller,
                                           const nlohmann::json& wanted);

}  // namespace countersign
