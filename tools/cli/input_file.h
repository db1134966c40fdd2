// Files that the command line reads whole.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/result.h"

namespace countersign {

/// The content of the file, at most `limit` bytes. `what` names it in errors.
/// Errors: `file_unreadable`, `file_too_large`.
Result<std::string> read_input_file(const std::string& what, const std::string& path,
                                    std::size_t limit);

/// The JSON object that the file holds. Errors: as above, and `bad_json`.
Result<nlohmann::json> read_json_file(const std::string& what, const std::string& path,
                                      std::size_t limit);

}  // namespace countersign
