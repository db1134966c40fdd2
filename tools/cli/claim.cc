#include "tools/cli/nouns.h"
#include "tools/cli/passing_verb.h"

namespace countersign {

std::vector<Verb> claim_verbs() {
  const Parameter claim = word("CLAIM", "The claim as PROVIDER:TYPE:VALUE, e.g. unix:user:alice");
  const Parameter account = option("--account", "ACCOUNT", "Who signs in by it");
  const Parameter text = option("--description", "TEXT", "What it is for");
  const std::vector<Column> columns = {
      {"CLAIM", "name"}, {"ACCOUNT", "account"}, {"DESCRIPTION", "description"}};
  const Printer one = rows_of("claim", columns);
  return {
      passing_verb("claim.create",
                   {word("TYPE",
                         "user, group, computer, oauth_oid, oauth_role, oauth_subject or "
                         "oauth_client_id"),
                    word("VALUE", "What the provider says, e.g. a login name"),
                    option("--provider", "SCHEME", "Who says it; unix if left out"), account, text},
                   "countersign claim create group release-team", one),
      passing_verb("claim.list", {}, "countersign claim list", rows_of("claims", columns)),
      passing_verb("claim.show", {claim}, "countersign claim show unix:group:release-team", one),
      passing_verb("claim.change", {claim, account, text},
                   "countersign claim change unix:user:alice --account alice", one),
      passing_verb("claim.delete",
                   {claim, flag("--force", "Freeze a signer that loses those it needs")},
                   "countersign claim delete unix:group:release-team", one),
  };
}

}  // namespace countersign
