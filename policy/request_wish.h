// What is asked for with a request, as callers write it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/result.h"
#include "policy/requests.h"

namespace countersign {

/// Reads the object that files a request: `reason`, `count`, `window`, `from`, `networks`,
/// `digests`, `metadata`. Errors: `bad_field` with the JSON pointer.
Result<NewRequest> request_wish_from_json(const nlohmann::json& document);

}  // namespace countersign
