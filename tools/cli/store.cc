#include <nlohmann/json.hpp>

#include "tools/cli/nouns.h"
#include "tools/cli/session.h"
#include "tools/cli/table.h"

namespace countersign {
namespace {

Result<ExitCode> backup(const Arguments&, Session& session) {
  const auto answer = session.perform("store.backup", {}, nullptr);
  if (!answer) return fail(answer.error());
  return session.print(*answer, field_text(*answer, "file") + "\n");
}

}  // namespace

std::vector<Verb> store_verbs() {
  return {verb("store.backup", {}, "countersign store backup", backup)};
}

}  // namespace countersign
