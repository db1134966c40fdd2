// Fills a template with what is generated from the tables of verbs, operations and permissions, so
// that manual page, completion and docs/permissions.md cannot say anything else than the program:
//
//   countersign_generate TEMPLATE FILE
#include <array>
#include <fstream>
#include <iostream>
#include <string>
#include <utility>

#include "tools/cli/manual.h"
#include "tools/cli/permission_page.h"

int main(int argc, char** argv) {
  using namespace countersign;
  if (argc != 3) {
    std::cerr << "use: countersign_generate TEMPLATE FILE\n";
    return 2;
  }
  std::ifstream in(argv[1]);
  std::ofstream out(argv[2]);
  const auto verbs = all_verbs();
  const std::array<std::pair<std::string, std::string>, 9> parts{{
      {"@VERBS@", verbs_manual(verbs)},
      {"@EXIT_CODES@", exit_codes_manual()},
      {"@COMPLETION_TABLE@", completion_table(verbs)},
      {"@VERSION@", COUNTERSIGN_VERSION},
      {"@STRINGS@", strings_page()},
      {"@COVERAGE@", coverage_page()},
      {"@OLDER_NAMES@", older_names_page()},
      {"@BUNDLES@", bundles_page()},
      {"@OPERATIONS@", operations_page()},
  }};
  for (std::string line; std::getline(in, line);) {
    for (const auto& [mark, text] : parts) {
      const auto at = line.find(mark);
      if (at != std::string::npos) line.replace(at, mark.size(), text);
    }
    if (line.ends_with('\n')) line.pop_back();
    out << line << '\n';
  }
  return in.eof() && out.flush() ? 0 : 1;
}
