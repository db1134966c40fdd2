#include <nlohmann/json.hpp>

#include "tools/cli/input_file.h"
#include "tools/cli/nouns.h"
#include "tools/cli/session.h"
#include "tools/cli/table.h"
#include "tools/cli/waiting_change.h"

namespace countersign {
namespace {

constexpr std::size_t largest_policy = 512 * 1024;

const std::vector<Column> policy_lines = {
    {"revision", "revision"}, {"author", "author"}, {"time", "time"}, {"reason", "reason"}};

/// The document itself is JSON for people too: it is what `policy set` reads back.
Result<ExitCode> print_policy(const Result<nlohmann::json>& answer, Session& session) {
  if (!answer) return fail(answer.error());
  if (is_waiting(*answer)) return print_waiting(*answer, session);
  const std::string document = field_of(*answer, "policy").dump(2, ' ', true);
  return session.print(*answer, details_text(*answer, policy_lines) + document + "\n");
}

Result<ExitCode> show_policy(const Arguments& arguments, Session& session) {
  return print_policy(
      session.perform("policy.show", {{"signer", arguments.text("SIGNER")}}, nullptr), session);
}

Result<ExitCode> set(const Arguments& arguments, Session& session) {
  const auto document = read_json_file("policy file", arguments.text("FILE"), largest_policy);
  if (!document) return fail(document.error());
  return print_policy(
      session.perform("policy.set", {{"signer", arguments.text("SIGNER")}},
                      {{"policy", *document}, {"reason", arguments.text("--reason")}}),
      session);
}

}  // namespace

std::vector<Verb> policy_verbs() {
  const Parameter signer = word("SIGNER", "Name or number of the signer");
  return {
      verb("policy.show", {signer}, "countersign policy show release", show_policy),
      verb("policy.set",
           {signer, word("FILE", "JSON document of the policy"),
            required_option("--reason", "TEXT", "Why; it is recorded")},
           "countersign policy set release policy.json --reason 'two approvers from now on'", set),
  };
}

}  // namespace countersign
