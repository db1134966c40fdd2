// The AdminService of the command line: a gateway behind a Unix socket.
#pragma once

#include <memory>
#include <optional>

#include "core/secure_bytes.h"
#include "gateway/client/admin_service.h"
#include "gateway/client/client_config.h"

namespace countersign {

/// Contacts nobody yet. The caller is whoever `token` names, or the process's user without one.
/// A call takes at most ClientConfig::sign_timeout; what writes is never sent twice. In addition to
/// the gateway's errors: `missing_argument` (invalid), `gateway_unreachable`, `connection_broken`,
/// `gateway_timeout` (unavailable), `gateway_not_trusted`, `bad_answer` (internal).
std::unique_ptr<AdminService> make_http_admin_service(ClientConfig config,
                                                      std::optional<SecureBytes> token);

}  // namespace countersign
