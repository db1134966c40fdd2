#include <nlohmann/json.hpp>

#include "core/encoding.h"
#include "core/public_key.h"
#include "tools/cli/input_file.h"
#include "tools/cli/nouns.h"
#include "tools/cli/session.h"
#include "tools/cli/table.h"

namespace countersign {
namespace {

constexpr std::size_t largest_key_file = 64 << 10;

const std::vector<Column> key_columns = {{"KEY", "id"},          {"ACCOUNT", "account"},
                                         {"LABEL", "label"},     {"STATE", "state"},
                                         {"CREATED", "created"}, {"SHA-256", "key_sha256"}};

Result<ExitCode> print_key(const Result<nlohmann::json>& answer, Session& session) {
  if (!answer) return fail(answer.error());
  return session.print(
      *answer, table_text(nlohmann::json::array({field_of(*answer, "approval_key")}), key_columns));
}

Result<ExitCode> add_approval_key(const Arguments& arguments, Session& session) {
  const std::string path = arguments.text("FILE");
  const auto text = read_input_file("public key", path, largest_key_file);
  if (!text) return fail(text.error());
  const auto key = PublicKey::from_pem(*text);
  if (!key) return fail(key.error());
  return print_key(session.perform("approval_key.add", {},
                                   {{"label", arguments.optional_text("--label").value_or(path)},
                                    {"public_key", to_base64(key->der())}}),
                   session);
}

Result<ExitCode> list_approval_keys(const Arguments& /*arguments*/, Session& session) {
  const auto answer = session.perform("approval_key.list", {}, nullptr);
  if (!answer) return fail(answer.error());
  return session.print(*answer, table_text(field_of(*answer, "approval_keys"), key_columns));
}

Result<ExitCode> remove_approval_key(const Arguments& arguments, Session& session) {
  return print_key(
      session.perform("approval_key.remove", {{"key", arguments.text("KEY")}}, nullptr), session);
}

}  // namespace

std::vector<Verb> approval_key_verbs() {
  return {
      verb("approval_key.add",
           {word("FILE", "The public key, in PEM"), option("--label", "TEXT", "What it is")},
           "countersign approval-key add approve.pub --label laptop", add_approval_key),
      verb("approval_key.list", {}, "countersign approval-key list", list_approval_keys),
      verb("approval_key.remove", {number("KEY", "Number of the key")},
           "countersign approval-key remove 3", remove_approval_key),
  };
}

}  // namespace countersign
