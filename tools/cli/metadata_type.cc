#include "tools/cli/nouns.h"
#include "tools/cli/passing_verb.h"

namespace countersign {

std::vector<Verb> metadata_type_verbs() {
  const Parameter type = word("METADATA-TYPE", "Name of the metadata type");
  const Parameter text = option("--description", "TEXT", "What it is for");
  const Parameter choices =
      list_option("--choices", "TEXTS", "What a choice may be, separated by commas");
  const Parameter pattern = option("--pattern", "RE2", "What all of a pattern's value matches");
  const std::vector<Column> columns = {{"NAME", "name"},
                                       {"KIND", "kind"},
                                       {"CHOICES", "choices"},
                                       {"PATTERN", "pattern"},
                                       {"DESCRIPTION", "description"}};
  const Printer one = rows_of("metadata_type", columns);
  return {
      passing_verb("metadata_type.create",
                   {word("NAME", "Name of the metadata type"),
                    required_option("--kind", "KIND", "text, number, choice or pattern"), choices,
                    pattern, text},
                   "countersign metadata-type create ticket --kind pattern --pattern "
                   "'[A-Z]+-[0-9]+'",
                   one),
      passing_verb("metadata_type.list", {}, "countersign metadata-type list",
                   rows_of("metadata_types", columns)),
      passing_verb("metadata_type.show", {type}, "countersign metadata-type show ticket", one),
      passing_verb("metadata_type.change",
                   {type, option("--kind", "KIND", "text, number, choice or pattern"), choices,
                    pattern, text},
                   "countersign metadata-type change ticket --description 'of the tracker'", one),
      passing_verb("metadata_type.delete", {type}, "countersign metadata-type delete ticket", one),
  };
}

}  // namespace countersign
