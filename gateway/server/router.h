// From an HTTP request to the operation it asks for, by the operation table.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "core/result.h"
#include "policy/model/operation.h"

namespace countersign::server {

struct Route {
  const Operation* operation = nullptr;
  std::map<std::string, std::string> parts;  ///< values of the route's {parts}, decoded
  std::map<std::string, std::string> query;  ///< decoded
};

/// Finds the operation. Errors: `not_found`, `method_not_allowed`, `bad_target` (malformed
/// percent-encoding, over 2,048 bytes, or a query name twice).
Result<Route> route(std::string_view method, std::string_view target);

/// The query as a JSON object of strings and whole numbers, for JsonReader.
nlohmann::json query_object(const Route& route);

}  // namespace countersign::server
