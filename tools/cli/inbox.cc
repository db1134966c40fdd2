#include <unistd.h>

#include <nlohmann/json.hpp>

#include "tools/cli/inbox_screen.h"
#include "tools/cli/nouns.h"
#include "tools/cli/session.h"
#include "tools/cli/table.h"

namespace countersign {
namespace {

const std::vector<Column> inbox_columns = {
    {"WHAT", "kind"},   {"NUMBER", "number"}, {"SIGNER", "signer"}, {"BY", "by"},
    {"SINCE", "since"}, {"UNTIL", "until"},   {"REASON", "what"}};

/// On a terminal a screen with keys, otherwise the list.
Result<ExitCode> inbox(const Arguments& arguments, Session& session) {
  if (!session.json() && !arguments.has("--list") && ::isatty(STDIN_FILENO) != 0 &&
      ::isatty(STDOUT_FILENO) != 0)
    return run_inbox_screen(session);
  const auto answer = session.perform("inbox.list", {}, nullptr);
  if (!answer) return fail(answer.error());
  return session.print(*answer, table_text(field_of(*answer, "items"), inbox_columns));
}

}  // namespace

std::vector<Verb> inbox_verbs() {
  return {verb("inbox.list", {flag("--list", "Only print the list, also on a terminal")},
               "countersign inbox", inbox)};
}

}  // namespace countersign
