#include "tools/cli/nouns.h"
#include "tools/cli/passing_verb.h"

namespace countersign {

std::vector<Verb> provider_verbs() {
  const Parameter provider = word("PROVIDER", "What its claims begin with, e.g. corp");
  const Parameter name = required_option("--display-name", "TEXT", "What people call it");
  const std::vector<Column> columns = {
      {"SCHEME", "scheme"}, {"KIND", "kind"}, {"DISPLAY NAME", "display_name"}};
  const Printer one = rows_of("provider", columns);
  return {
      passing_verb("provider.create",
                   {word("SCHEME", "What its claims begin with, e.g. corp"),
                    required_option("--kind", "KIND", "unix, x509, token or oidc"), name},
                   "countersign provider create corp --kind oidc --display-name 'Company login'",
                   one),
      passing_verb("provider.list", {}, "countersign provider list", rows_of("providers", columns)),
      passing_verb("provider.show", {provider}, "countersign provider show unix", one),
      passing_verb("provider.change", {provider, name},
                   "countersign provider change unix --display-name 'Build hosts'", one),
      passing_verb("provider.delete", {provider}, "countersign provider delete corp", one),
  };
}

}  // namespace countersign
