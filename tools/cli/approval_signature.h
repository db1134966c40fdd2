// An approval that its approver signs himself.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/result.h"
#include "tools/cli/session.h"

namespace countersign {

/// The body of an approval of the request, signed with the private key in the file (PEM; only its
/// owner may read it). What is signed is shown on stderr first. Errors: `bad_key`,
/// `key_readable`, `key_unknown` (the caller registered no such key), those of the gateway.
Result<nlohmann::json> signed_approval(Session& session, const std::string& request,
                                       const std::string& key_file);

}  // namespace countersign
