// The SigningService of the module and the command line, over either transport.
#pragma once

#include <memory>
#include <optional>

#include "core/secure_bytes.h"
#include "gateway/client/client_config.h"
#include "gateway/client/signing_service.h"
#include "gateway/client/transport.h"

namespace countersign {

/// A gateway behind a Unix socket. Contacts nobody yet. The caller is whoever `token` names, or the
/// process's user without one. In addition to the errors of SigningService: `gateway_not_trusted`
/// and `bad_answer` (internal).
std::unique_ptr<SigningService> make_http_signing_service(ClientConfig config,
                                                          std::optional<SecureBytes> token);

/// The same for the caller that `transport` stands for; explain() takes at most `patience`.
std::unique_ptr<SigningService> make_http_signing_service(std::unique_ptr<Transport> transport,
                                                          Milliseconds patience);

}  // namespace countersign
