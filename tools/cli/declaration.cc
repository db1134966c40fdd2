#include <nlohmann/json.hpp>

#include "tools/cli/input_file.h"
#include "tools/cli/nouns.h"
#include "tools/cli/session.h"
#include "tools/cli/table.h"
#include "tools/cli/waiting_change.h"

namespace countersign {
namespace {

/// As much as the gateway takes in one call.
constexpr std::size_t largest_document = std::size_t{1} << 20;

const std::vector<Column> plan_columns = {{"PLAN", "text"}, {"FOR", "pointer"}};
const std::vector<Column> left_out_columns = {{"LEFT OUT", "pointer"}, {"WHY", "reason"}};

/// The document is JSON for people too: it is what `apply` reads back.
Result<ExitCode> export_document(const Arguments& /*arguments*/, Session& session) {
  const auto answer = session.perform("declaration.export", {}, nullptr);
  if (!answer) return fail(answer.error());
  const nlohmann::json& document = field_of(*answer, "document");
  return session.print(document, document.dump(2, ' ', true) + "\n");
}

std::string outcome_text(const nlohmann::json& answer) {
  const bool dry_run = field_text(answer, "dry_run") == "yes";
  const std::string result = field_text(answer, "result");
  if (result == "unchanged") return "nothing to change\n";
  if (result == "made")
    return dry_run ? "all of it would be made at once\n" : "all of it is made\n";
  return std::string(dry_run ? "all of it would wait for consent\n" : "") +
         change_text(field_of(answer, "change"));
}

Result<ExitCode> apply_document(const Arguments& arguments, Session& session) {
  const auto document = read_json_file("policy document", arguments.text("FILE"), largest_document);
  if (!document) return fail(document.error());
  nlohmann::json body{{"document", *document}, {"dry_run", arguments.has("--dry-run")}};
  if (const auto reason = arguments.optional_text("--reason")) body["reason"] = *reason;
  const auto answer = session.perform("declaration.apply", {}, body);
  if (!answer) return fail(answer.error());
  std::string text;
  for (const auto& [field, columns] :
       {std::pair("plan", plan_columns), std::pair("left_out", left_out_columns)})
    if (!field_of(*answer, field).empty())
      text += table_text(field_of(*answer, field), columns) + "\n";
  if (!arguments.has("--dry-run") && is_waiting(*answer))
    session.note("this waits for consent: countersign change consent " +
                 field_text(field_of(*answer, "change"), "id"));
  return session.print(*answer, text + outcome_text(*answer));
}

}  // namespace

std::vector<Verb> declaration_verbs() {
  return {
      verb("declaration.export", {}, "countersign export > policy.json", export_document),
      verb("declaration.apply",
           {word("FILE", "JSON document, as export writes it"),
            flag("--dry-run", "Show the plan and what would become of it, and change nothing"),
            option("--reason", "TEXT", "Why; it is recorded")},
           "countersign apply policy.json --dry-run", apply_document),
  };
}

}  // namespace countersign
