// The HTTP target of an operation: its route with the parts filled in, and a query.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"
#include "gateway/client/admin_service.h"
#include "policy/model/operation.h"

namespace countersign {

/// `text` with everything but RFC 3986's unreserved characters as %XX.
std::string percent_encoded(std::string_view text);

/// `operation`'s route with its {parts} taken from `arguments`; the other arguments become the
/// query. Errors: `missing_argument` when a part has no value or an empty one.
Result<std::string> http_target(const Operation& operation, const OperationArguments& arguments);

}  // namespace countersign
