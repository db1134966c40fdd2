// What only the gateway's own user can see, and what takes loading code: for `countersign doctor`.
#pragma once

#include <string>

#include "tools/cli/doctor/finding.h"

namespace countersign::doctor {

/// gateway.json at `path`, and the permissions of all it names, as the user the process runs as,
/// which is the gateway's. PIN sources are looked at from outside, never read. `client_socket` is
/// where clients look for the gateway.
Findings check_gateway_config(const std::string& path, const std::string& client_socket);

/// The same for the embedded shape, which has no socket and keeps no mark, as the user who signs.
Findings check_embedded_config(const std::string& path);

/// Loads the PKCS#11 module at `path`, initialises it, lists its slots. For a process of its own.
Findings check_module(const std::string& path);

}  // namespace countersign::doctor
