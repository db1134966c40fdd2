#include "tools/service_process.h"

#include <sysexits.h>

#include <cstdio>

#include "core/text.h"

namespace countersign {

int report_as(const std::string& program, const Error& error) {
  std::fprintf(stderr, "%s: %s\n", program.c_str(), printable(error.text()).c_str());
  switch (error.kind) {
    case ErrorKind::invalid:
    case ErrorKind::not_found:
      return EX_CONFIG;
    case ErrorKind::unavailable:
    case ErrorKind::conflict:
      return EX_UNAVAILABLE;
    default:
      return EX_SOFTWARE;
  }
}

sigset_t block_stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

}  // namespace countersign
