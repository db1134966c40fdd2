#include "tools/cli/nouns.h"
#include "tools/cli/passing_verb.h"

namespace countersign {

std::vector<Verb> hsm_verbs() {
  const std::vector<Column> columns = {{"NAME", "name"},       {"STATE", "state"},
                                       {"LABEL", "label"},     {"SERIAL", "serial"},
                                       {"LIBRARY", "library"}, {"MESSAGE", "message"}};
  return {
      passing_verb("hsm.list", {}, "countersign hsm list", rows_of("hsms", columns)),
      passing_verb("hsm.retry", {word("HSM", "Name of the token in the gateway's configuration")},
                   "countersign hsm retry lab", rows_of("hsm", columns)),
  };
}

}  // namespace countersign
