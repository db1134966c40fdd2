#include "tools/cli/nouns.h"
#include "tools/cli/passing_verb.h"

namespace countersign {

std::vector<Verb> application_verbs() {
  const Parameter application = word("APPLICATION", "Name or number of the application");
  const Parameter signer = word("SIGNER", "Name or number of the signer");
  const Parameter container = word("CONTAINER", "Name or number of the container");
  const Parameter member = word("PRINCIPAL", "Name of an account or a group");
  const Parameter role = required_option("--role", "ROLE", "admin, operator or auditor");
  const Printer one = lines_of("application", {{"name", "name"},
                                               {"description", "description"},
                                               {"my role", "my_role"},
                                               {"signers", "signers"},
                                               {"containers", "containers"}});
  const Printer members =
      rows_of("members", {{"MEMBER", "name"}, {"KIND", "kind"}, {"ROLE", "role"}});
  return {
      passing_verb("application.create",
                   {word("NAME", "Name of the application"),
                    required_option("--admin", "ACCOUNT", "Its first admin, who is not you"),
                    option("--description", "TEXT", "What it is for")},
                   "countersign application create web --admin engineer", one),
      passing_verb("application.list", {}, "countersign application list",
                   rows_of("applications", {{"NAME", "name"},
                                            {"MY ROLE", "my_role"},
                                            {"SIGNERS", "signers"},
                                            {"DESCRIPTION", "description"}})),
      passing_verb("application.show", {application}, "countersign application show web", one),
      passing_verb("application.change",
                   {application, required_option("--description", "TEXT", "What it is for")},
                   "countersign application change web --description 'the shop and its mails'",
                   one),
      passing_verb("application.delete", {application}, "countersign application delete web", one),
      passing_verb("application.add_signer", {application, signer},
                   "countersign application add-signer web release", one),
      passing_verb("application.remove_signer", {application, signer},
                   "countersign application remove-signer web release", one),
      passing_verb("application.add_container", {application, container},
                   "countersign application add-container web web-keys", one),
      passing_verb("application.remove_container", {application, container},
                   "countersign application remove-container web web-keys", one),
      passing_verb("application.members", {application}, "countersign application members web",
                   members),
      passing_verb("application.add_member", {application, member, role},
                   "countersign application add-member web operators --role operator", members),
      passing_verb("application.remove_member", {application, member},
                   "countersign application remove-member web operators", members),
  };
}

}  // namespace countersign
