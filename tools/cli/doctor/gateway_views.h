// What the gateway's answers say about its health. Each function reads one answer of docs/api.md.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/clock.h"
#include "tools/cli/doctor/finding.h"

namespace countersign::doctor {

/// Version and account of GET /v1/status.
Finding check_gateway(const nlohmann::json& status);

/// Clocks of GET /v1/status: the gateway's against the latest time its store has seen, and against
/// `now`, this host's.
Finding check_clock(const nlohmann::json& status, Time now);

/// One Hsm of GET /v1/hsms: whether it is reached, and what became of its PIN.
Findings check_token(const nlohmann::json& hsm);

/// The certificates of one Signer: the pinned key's, valid at `now`, each issued by the next.
Finding check_certificates(const nlohmann::json& signer, Time now);

}  // namespace countersign::doctor
