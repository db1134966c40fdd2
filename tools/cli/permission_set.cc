#include "tools/cli/nouns.h"
#include "tools/cli/passing_verb.h"

namespace countersign {

std::vector<Verb> permission_set_verbs() {
  const Parameter set = word("SET", "Name of the permission set");
  const Parameter text = option("--description", "TEXT", "What it is for");
  const std::vector<Column> columns = {
      {"NAME", "name"}, {"PERMISSIONS", "permissions"}, {"DESCRIPTION", "description"}};
  const Printer one = rows_of("permission_set", columns);
  return {
      passing_verb(
          "permission_set.create",
          {word("NAME", "Name of the permission set"),
           required_list("--permissions", "STRINGS", "Permission strings, separated by commas"),
           text},
          "countersign permission-set create watching --permissions /auditing/,/signers/read/",
          one),
      passing_verb("permission_set.list", {}, "countersign permission-set list",
                   rows_of("permission_sets", columns)),
      passing_verb("permission_set.show", {set}, "countersign permission-set show watching", one),
      passing_verb(
          "permission_set.change",
          {set, list_option("--permissions", "STRINGS", "All it is to hold, separated by commas"),
           text},
          "countersign permission-set change watching --permissions /auditing/", one),
      passing_verb("permission_set.delete", {set}, "countersign permission-set delete watching",
                   one),
  };
}

}  // namespace countersign
