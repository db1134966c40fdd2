// Everything that manages: one call for every operation of policy/model/operation.h.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/result.h"
#include "policy/model/operation.h"

namespace countersign {

/// Values for the `{…}` parts of the operation's route, and for its query, by name.
using OperationArguments = std::map<std::string, std::string>;

/// Bound to one caller, whom the transport authenticates. Implementations are thread-safe.
class AdminService {
 public:
  virtual ~AdminService() = default;

  /// Performs `operation`. `body` is the JSON object that docs/api.md gives for it, null when it
  /// takes none. Returns the JSON object answered. Errors: every kind of core/result.h.
  virtual Result<nlohmann::json> perform(const Operation& operation,
                                         const OperationArguments& arguments,
                                         const nlohmann::json& body) = 0;
};

}  // namespace countersign
