// countersign: the command line.
#include <iostream>

#include "core/secure_bytes.h"
#include "tools/cli/command_line.h"

int main(int argc, char** argv) {
  countersign::forbid_core_dumps();
  return static_cast<int>(countersign::run_command_line(argc, argv, std::cout, std::cerr));
}
