// countersign-token-worker NAME: one token's library in a process of its own. countersignd starts
// it and talks to it over inherited sockets; the name is there for who reads a list of processes.
#include <sys/prctl.h>
#include <sys/stat.h>

#include <csignal>

#include "core/secure_bytes.h"
#include "hsm-backends/token_worker.h"

int main() {
  countersign::forbid_core_dumps();
  // Dies with the daemon, even while the library hangs; otherwise it sees its sockets close.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  umask(S_IRWXG | S_IRWXO);
  return countersign::hsm::run_token_worker();
}
