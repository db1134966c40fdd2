// What `countersign` exits with: the contract with scripts, in one place.
#pragma once

#include <string>

#include "core/result.h"

namespace countersign {

enum class ExitCode {
  ok = 0,
  internal = 1,         ///< a defect or a broken installation
  invalid = 2,          ///< wrong use of the command line, or input the gateway refuses
  denied = 3,           ///< access or policy says no
  not_found = 4,        ///< no such thing, or none this caller may know of
  conflict = 5,         ///< the thing is in another state than the command needs
  unauthenticated = 6,  ///< nobody vouches for who the caller is
  unavailable = 7,      ///< the gateway or a part of it is down; try later
  not_verified = 8      ///< `log verify` found the log to be other than its signed head says
};

/// Code of the error with which a failed check of the log is reported.
inline constexpr const char* log_not_verified = "log_not_verified";

ExitCode exit_code(const Error& error);

/// The lines of `countersign --help` that list the codes.
std::string exit_code_help();

}  // namespace countersign
