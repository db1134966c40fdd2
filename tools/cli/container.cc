#include <nlohmann/json.hpp>

#include "tools/cli/nouns.h"
#include "tools/cli/passing_verb.h"
#include "tools/cli/session.h"

namespace countersign {
namespace {

const std::vector<Column> container_lines = {{"name", "name"},
                                             {"description", "description"},
                                             {"checked every", "every"},
                                             {"next check", "next_check"}};
const std::vector<Column> key_columns = {
    {"NUMBER", "id"}, {"HSM", "hsm"}, {"KEY", "key"}, {"STATE", "state"}, {"CHECKED", "checked"}};

/// The container, and below it its keys.
Result<ExitCode> print_container(const nlohmann::json& answer, Session& session) {
  const auto& container = field_of(answer, "container");
  std::string text = details_text(container, container_lines);
  if (const auto& keys = field_of(container, "keys"); !keys.empty())
    text += table_text(keys, key_columns);
  return session.print(answer, text);
}

}  // namespace

std::vector<Verb> container_verbs() {
  const Parameter container = word("CONTAINER", "Name or number of the container");
  const Parameter text = option("--description", "TEXT", "What it is for");
  return {
      passing_verb("container.create", {word("NAME", "Name of the container"), text},
                   "countersign container create web-keys", print_container),
      passing_verb(
          "container.list", {}, "countersign container list",
          rows_of("containers",
                  {{"NAME", "name"}, {"CHECKED", "every"}, {"DESCRIPTION", "description"}})),
      passing_verb("container.show", {container}, "countersign container show web-keys",
                   print_container),
      passing_verb("container.change",
                   {container, required_option("--description", "TEXT", "What it is for")},
                   "countersign container change web-keys --description 'keys of the shop'",
                   print_container),
      passing_verb("container.delete", {container}, "countersign container delete web-keys",
                   print_container),
      passing_verb("container.add_key", {container, word("KEY", "pkcs11: URI of a key on a token")},
                   "countersign container add-key web-keys 'pkcs11:token=lab;object=rsa'",
                   print_container),
      passing_verb("container.remove_key", {container, number("KEY", "Number of the key in it")},
                   "countersign container remove-key web-keys 1", print_container),
      passing_verb("container.schedule",
                   {container, required_option("--every", "DURATION", "Like 1d, or never")},
                   "countersign container schedule web-keys --every 1d", print_container),
      passing_verb("container.check", {container}, "countersign container check web-keys",
                   print_container),
  };
}

}  // namespace countersign
