#include "tools/cli/nouns.h"
#include "tools/cli/passing_verb.h"

namespace countersign {

std::vector<Verb> group_verbs() {
  const Parameter group = word("GROUP", "Name of the group");
  const Parameter member = word("PRINCIPAL", "Name of an account or a group, or a claim");
  const Parameter force = flag("--force", "Freeze a signer that loses those it needs");
  const std::vector<Column> columns = {{"NAME", "name"}, {"DESCRIPTION", "description"}};
  const Printer one = rows_of("group", columns);
  return {
      passing_verb(
          "group.create",
          {word("NAME", "Name of the group"), option("--description", "TEXT", "What it is for")},
          "countersign group create auditors", one),
      passing_verb("group.list", {}, "countersign group list", rows_of("groups", columns)),
      passing_verb("group.show", {group}, "countersign group show auditors",
                   rows_within("group", "members", {{"MEMBER", "name"}, {"KIND", "kind"}})),
      passing_verb("group.change",
                   {group, required_option("--description", "TEXT", "What it is for")},
                   "countersign group change auditors --description 'who reads the log'", one),
      passing_verb("group.delete", {group, force}, "countersign group delete auditors", one),
      passing_verb("group.add", {group, member}, "countersign group add auditors engineer", one),
      passing_verb("group.remove", {group, member, force},
                   "countersign group remove auditors engineer", one),
  };
}

}  // namespace countersign
