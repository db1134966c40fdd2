#include "tests/cli/outcome.h"

#include <sstream>

namespace countersign {

Outcome run(std::vector<const char*> words) {
  words.insert(words.begin(), "countersign");
  std::ostringstream out;
  std::ostringstream err;
  const ExitCode code = run_command_line(static_cast<int>(words.size()), words.data(), out, err);
  return {code, out.str(), err.str()};
}

}  // namespace countersign
