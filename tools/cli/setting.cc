#include "tools/cli/nouns.h"
#include "tools/cli/passing_verb.h"

namespace countersign {

std::vector<Verb> setting_verbs() {
  const std::vector<Column> columns = {{"SETTING", "name"},
                                       {"AREA", "area"},
                                       {"VALUE", "value"},
                                       {"DEFAULT", "default"},
                                       {"WHAT IT IS", "summary"}};
  return {
      passing_verb("settings.show", {}, "countersign settings show", rows_of("settings", columns)),
      passing_verb("settings.set",
                   {word("SETTING", "Name of the setting"),
                    word("VALUE", "A duration such as 12h, or: default")},
                   "countersign settings set enrolment_code_lifetime 12h",
                   rows_of("setting", columns)),
  };
}

}  // namespace countersign
