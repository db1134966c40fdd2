#include <nlohmann/json.hpp>

#include "core/encoding.h"
#include "tools/cli/input_file.h"
#include "tools/cli/log_verifier.h"
#include "tools/cli/nouns.h"
#include "tools/cli/session.h"
#include "tools/cli/table.h"

namespace countersign {
namespace {

constexpr std::size_t largest_key_file = 4096;
constexpr const char* page_size = "1000";

/// What happened, out of the record's body: "name=value name=value".
std::string what_happened(const nlohmann::json& record) {
  const auto body = nlohmann::json::parse(field_text(record, "body"), nullptr, false);
  std::string text;
  for (const auto& [name, value] : field_of(body, "data").items()) {
    if (!text.empty()) text += " ";
    text += name + "=" + (value.is_string() ? value.get<std::string>() : value.dump());
  }
  return text;
}

/// `about` is what the operation's route names.
Result<ExitCode> print_records(const char* operation, OperationArguments about,
                               const Arguments& arguments, Session& session) {
  OperationArguments query = std::move(about);
  for (const char* name : {"after", "limit"})
    if (const auto value = arguments.optional_text(std::string("--") + name)) query[name] = *value;
  const auto answer = session.perform(operation, query, nullptr);
  if (!answer) return fail(answer.error());
  const nlohmann::json& records = field_of(*answer, "records");
  Table table({"RECORD", "TIME", "KIND", "ACCOUNT", "SIGNER", "REQUEST", "WHAT"});
  for (const auto& record : records)
    table.add({field_text(record, "number"), field_text(record, "time"), field_text(record, "kind"),
               field_text(record, "account"), field_text(record, "signer"),
               field_text(record, "request"), what_happened(record)});
  if (field_text(*answer, "more") == "yes")
    session.note("more records follow; go on with --after " +
                 (answer->contains("next") ? field_text(*answer, "next")
                                           : field_text(records.back(), "number")));
  return session.print(*answer, table.text());
}

Result<ExitCode> list_records(const Arguments& arguments, Session& session) {
  return print_records("log.list", {}, arguments, session);
}

Result<ExitCode> list_signer_records(const Arguments& arguments, Session& session) {
  return print_records("signer.records", {{"signer", arguments.text("SIGNER")}}, arguments,
                       session);
}

/// The head the gateway shows, once the key in the file has proven to have signed it.
Result<TreeHead> signed_head(const std::string& key_path, Session& session) {
  const auto key = read_input_file("log key file", key_path, largest_key_file);
  if (!key) return fail(key.error());
  const auto answer = session.perform("log.head", {}, nullptr);
  if (!answer) return fail(answer.error());
  auto head = open_tree_head(field_text(*answer, "head"), *key);
  if (head || head.error().code == "bad_verifier_key") return head;
  head.error().code = log_not_verified;
  return head;
}

/// Records that were appended after the head was fetched are left for the next time.
Status check_records(LogVerifier& verifier, Session& session) {
  while (!verifier.complete()) {
    const auto answer = session.perform(
        "log.list", {{"after", std::to_string(verifier.next() - 1)}, {"limit", page_size}},
        nullptr);
    if (!answer) return fail(answer.error());
    const nlohmann::json& records = field_of(*answer, "records");
    if (records.empty()) break;
    for (const auto& record : records) {
      if (verifier.complete()) break;
      if (auto checked = verifier.check(record); !checked) return checked;
    }
  }
  return verifier.finish();
}

Result<ExitCode> verify(const Arguments& arguments, Session& session) {
  const auto head = signed_head(arguments.text("--key"), session);
  if (!head) return fail(head.error());
  LogVerifier verifier(*head);
  if (const auto proven = check_records(verifier, session); !proven) return fail(proven.error());
  const std::string root = to_hex(head->root);
  return session.print({{"origin", head->origin}, {"size", head->size}, {"root", root}},
                       "log of " + head->origin + ": " + std::to_string(head->size) +
                           " records, each as recorded, root " + root +
                           " as signed by the log's key\n");
}

}  // namespace

std::vector<Verb> log_verbs() {
  return {
      verb("signer.records",
           {word("SIGNER", "Name or number of the signer"),
            number_option("--after", "N", "Only those after this number"),
            number_option("--limit", "N", "At most so many, 100 if left out")},
           "countersign signer records release", list_signer_records),
      verb("log.list",
           {number_option("--after", "N", "Only those after this number"),
            number_option("--limit", "N", "At most so many, 1 to 1000")},
           "countersign log list --limit 20", list_records),
      verb("log.head", {required_option("--key", "FILE", "The log's public key, kept since init")},
           "countersign log verify --key log.pub", verify),
  };
}

}  // namespace countersign
