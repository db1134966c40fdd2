#include "tools/cli/exit_code.h"

namespace countersign {

ExitCode exit_code(const Error& error) {
  if (error.code == log_not_verified) return ExitCode::not_verified;
  switch (error.kind) {
    case ErrorKind::invalid:
      return ExitCode::invalid;
    case ErrorKind::unauthenticated:
      return ExitCode::unauthenticated;
    case ErrorKind::denied:
      return ExitCode::denied;
    case ErrorKind::not_found:
      return ExitCode::not_found;
    case ErrorKind::conflict:
      return ExitCode::conflict;
    case ErrorKind::unavailable:
      return ExitCode::unavailable;
    case ErrorKind::internal:
      break;
  }
  return ExitCode::internal;
}

std::string exit_code_help() {
  return "Exit codes:\n"
         "  0  done\n"
         "  1  internal: a defect or a broken installation\n"
         "  2  invalid: wrong use, or input that is refused\n"
         "  3  denied: access or the signing policy says no\n"
         "  4  not found, or not yours to see\n"
         "  5  conflict: the thing is in another state than the command needs\n"
         "  6  unauthenticated: nobody vouches for who you are\n"
         "  7  unavailable: the gateway or a part of it is down; try later\n"
         "  8  log verify: the log is not what its signed head says\n";
}

}  // namespace countersign
