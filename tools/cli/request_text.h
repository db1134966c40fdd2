// A request as people read it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace countersign {

/// Everything that the answer says of one request: what the gateway knows apart from what the
/// requester says himself, what is to be signed, what is still lacking. Every text is made safe to
/// print.
std::string request_text(const nlohmann::json& request);

}  // namespace countersign
