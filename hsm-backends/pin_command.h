// Runs the program that hands out a PIN.
#pragma once

#include <string>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "core/secure_bytes.h"

namespace countersign::hsm {

/// Runs `argv` without a shell, in a process group of its own, with /dev/null as stdin, the
/// caller's stderr and no other open file. Returns what it wrote to stdout, at most 4096 bytes.
/// argv[0] is an absolute path that nobody else can write (core/trusted_file.h). After `patience`
/// its whole group is killed. Blocks until then at most. Thread-safe.
/// Errors: those of check_trusted(), `pin_unreadable` (it cannot be run, exits with another status
/// than 0, writes too much or takes too long).
Result<SecureBytes> run_pin_command(const std::vector<std::string>& argv, Milliseconds patience);

}  // namespace countersign::hsm
