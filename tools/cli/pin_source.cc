#include "tools/cli/nouns.h"
#include "tools/cli/passing_verb.h"

namespace countersign {

std::vector<Verb> pin_source_verbs() {
  const Parameter source = word("SOURCE", "Number of the source, or name of its token");
  const std::vector<Column> columns = {{"NUMBER", "id"},
                                       {"HSM", "hsm"},
                                       {"KIND", "kind"},
                                       {"FROM", "from"},
                                       {"DESCRIPTION", "description"}};
  const Printer one = rows_of("pin_source", columns);
  return {
      passing_verb("pin_source.list", {}, "countersign pin-source list",
                   rows_of("pin_sources", columns)),
      passing_verb("pin_source.show", {source}, "countersign pin-source show lab", one),
      passing_verb(
          "pin_source.describe",
          {source, required_option("--description", "TEXT", "What people should know of it")},
          "countersign pin-source describe lab --description 'changed each spring'", one),
      passing_verb("pin_source.retry", {source}, "countersign pin-source retry lab", one),
  };
}

}  // namespace countersign
