// countersign: the command line.
#include <iostream>

#include "tools/cli/command_line.h"

int main(int argc, char** argv) {
  return static_cast<int>(countersign::run_command_line(argc, argv, std::cout, std::cerr));
}
