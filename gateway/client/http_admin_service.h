// The AdminService of the command line, over either transport.
#pragma once

#include <memory>
#include <optional>

#include "core/secure_bytes.h"
#include "gateway/client/admin_service.h"
#include "gateway/client/client_config.h"
#include "gateway/client/transport.h"

namespace countersign {

/// A gateway behind a Unix socket. Contacts nobody yet. The caller is whoever `token` names, or the
/// process's user without one. A call takes at most ClientConfig::sign_timeout; what writes is
/// never sent twice. In addition to the gateway's errors: `missing_argument` (invalid),
/// `gateway_unreachable`, `connection_broken`, `gateway_timeout` (unavailable),
/// `gateway_not_trusted`, `bad_answer` (internal).
std::unique_ptr<AdminService> make_http_admin_service(ClientConfig config,
                                                      std::optional<SecureBytes> token);

/// The same for the caller that `transport` stands for; a call takes at most `patience`.
std::unique_ptr<AdminService> make_http_admin_service(std::unique_ptr<Transport> transport,
                                                      Milliseconds patience);

}  // namespace countersign
