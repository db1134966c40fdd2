// Secrets that somebody types or pipes in.
#pragma once

#include <string>

#include "core/result.h"
#include "core/secure_bytes.h"

namespace countersign {

/// The first line of stdin, without its newline. On a terminal `prompt` is shown on stderr and
/// nothing is echoed. Errors: `no_secret` when the line is empty or longer than 256 bytes.
Result<SecureBytes> read_secret_line(const std::string& prompt);

}  // namespace countersign
