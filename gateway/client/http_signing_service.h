// The SigningService of the thin module and the command line: a gateway behind a Unix socket.
#pragma once

#include <memory>
#include <optional>

#include "core/secure_bytes.h"
#include "gateway/client/client_config.h"
#include "gateway/client/signing_service.h"

namespace countersign {

/// Contacts nobody yet. The caller is whoever `token` names, or the process's user without one.
/// In addition to the errors of SigningService: `gateway_not_trusted` and `bad_answer` (internal).
std::unique_ptr<SigningService> make_http_signing_service(ClientConfig config,
                                                          std::optional<SecureBytes> token);

}  // namespace countersign
