#include "tools/cli/nouns.h"
#include "tools/cli/passing_verb.h"

namespace countersign {

std::vector<Verb> freeze_verbs() {
  const Parameter reason = required_option("--reason", "TEXT", "Why; it is recorded");
  const Printer one = lines_of("freeze", {{"freeze window", "id"},
                                          {"state", "state"},
                                          {"from", "from"},
                                          {"until", "until"},
                                          {"reason", "reason"},
                                          {"ended early", "ended"}});
  return {
      passing_verb(
          "freeze.create",
          {required_option("--until", "TIME", "When it is over, like 2027-01-04T06:00:00Z"),
           option("--from", "TIME", "When it begins; now if left out"), reason},
          "countersign freeze create --until 2027-01-04T06:00:00Z --reason 'end of the year'", one),
      passing_verb("freeze.list", {}, "countersign freeze list",
                   rows_of("freezes", {{"FREEZE", "id"},
                                       {"STATE", "state"},
                                       {"FROM", "from"},
                                       {"UNTIL", "until"},
                                       {"AUTHOR", "author"},
                                       {"REASON", "reason"},
                                       {"ENDED EARLY", "ended"}})),
      passing_verb("freeze.end", {number("FREEZE", "Number of the freeze window"), reason},
                   "countersign freeze end 3 --reason 'the audit is over'", one),
  };
}

}  // namespace countersign
