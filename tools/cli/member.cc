#include "tools/cli/nouns.h"
#include "tools/cli/passing_verb.h"

namespace countersign {

std::vector<Verb> member_verbs() {
  const Parameter signer = word("SIGNER", "Name or number of the signer");
  const Parameter principal = word("PRINCIPAL", "Name of an account or a group, or a claim");
  const Parameter force = flag("--force", "Freeze the signer if it loses those it needs");
  const std::vector<Column> columns = {{"MEMBER", "name"}, {"KIND", "kind"}, {"ROLE", "role"}};
  const Printer one = rows_of("member", columns);
  return {
      passing_verb("member.add",
                   {signer, principal,
                    required_option("--role", "ROLE", "admin, operator or auditor"), force},
                   "countersign member add release engineer --role operator", one),
      passing_verb("member.list", {signer}, "countersign member list release",
                   rows_of("members", columns)),
      passing_verb("member.show", {signer, principal}, "countersign member show release engineer",
                   one),
      passing_verb("member.remove", {signer, principal, force},
                   "countersign member remove release engineer", one),
  };
}

}  // namespace countersign
