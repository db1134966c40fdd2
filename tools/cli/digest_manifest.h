// Lists of digests with names, as sha256sum(1) and its like print them.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/result.h"

namespace countersign {

/// The "digests" of a request to use: one for each line "DIGEST  NAME" or "DIGEST *NAME" of
/// `content`, each good for `times` signatures. Errors: `bad_manifest`, which names the line of the
/// file `path`.
Result<nlohmann::json> digests_of_manifest(const std::string& content, const std::string& path,
                                           std::int64_t times);

}  // namespace countersign
