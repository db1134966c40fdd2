// One run of the command line within the test.
#pragma once

#include <string>
#include <vector>

#include "tools/cli/command_line.h"

namespace countersign {

struct Outcome {
  ExitCode code;
  std::string out;
  std::string err;
};

/// What `countersign WORDS...` answers.
Outcome run(std::vector<const char*> words);

}  // namespace countersign
