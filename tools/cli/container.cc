#include <nlohmann/json.hpp>

#include "tools/cli/nouns.h"
#include "tools/cli/session.h"
#include "tools/cli/table.h"

namespace countersign {
namespace {

const std::vector<Column> container_columns = {
    {"NAME", "name"}, {"CHECKED", "every"}, {"DESCRIPTION", "description"}};
const std::vector<Column> container_lines = {{"name", "name"},
                                             {"description", "description"},
                                             {"checked every", "every"},
                                             {"next check", "next_check"}};
const std::vector<Column> key_columns = {
    {"NUMBER", "id"}, {"HSM", "hsm"}, {"KEY", "key"}, {"STATE", "state"}, {"CHECKED", "checked"}};

OperationArguments container_route(const Arguments& arguments) {
  OperationArguments parts{{"container", arguments.text("CONTAINER")}};
  if (arguments.has("NUMBER")) parts["key"] = arguments.text("NUMBER");
  return parts;
}

Result<ExitCode> print_container(const Result<nlohmann::json>& answer, Session& session) {
  if (!answer) return fail(answer.error());
  const auto& container = field_of(*answer, "container");
  std::string text = details_text(container, container_lines);
  if (const auto& keys = field_of(container, "keys"); !keys.empty())
    text += table_text(keys, key_columns);
  return session.print(*answer, text);
}

Result<ExitCode> create_container(const Arguments& arguments, Session& session) {
  nlohmann::json body = {{"name", arguments.text("NAME")}};
  if (const auto text = arguments.optional_text("--description")) body["description"] = *text;
  return print_container(session.perform("container.create", {}, body), session);
}

Result<ExitCode> list_containers(const Arguments&, Session& session) {
  const auto answer = session.perform("container.list", {}, nullptr);
  if (!answer) return fail(answer.error());
  return session.print(*answer, table_text(field_of(*answer, "containers"), container_columns));
}

Result<ExitCode> show_container(const Arguments& arguments, Session& session) {
  return print_container(session.perform("container.show", container_route(arguments), nullptr),
                         session);
}

Result<ExitCode> change_container(const Arguments& arguments, Session& session) {
  return print_container(session.perform("container.change", container_route(arguments),
                                         {{"description", arguments.text("--description")}}),
                         session);
}

Result<ExitCode> delete_container(const Arguments& arguments, Session& session) {
  return print_container(session.perform("container.delete", container_route(arguments), nullptr),
                         session);
}

Result<ExitCode> add_key(const Arguments& arguments, Session& session) {
  return print_container(session.perform("container.add_key", container_route(arguments),
                                         {{"key", arguments.text("KEY")}}),
                         session);
}

Result<ExitCode> remove_key(const Arguments& arguments, Session& session) {
  return print_container(
      session.perform("container.remove_key", container_route(arguments), nullptr), session);
}

Result<ExitCode> schedule(const Arguments& arguments, Session& session) {
  return print_container(session.perform("container.schedule", container_route(arguments),
                                         {{"every", arguments.text("--every")}}),
                         session);
}

Result<ExitCode> check_container(const Arguments& arguments, Session& session) {
  return print_container(session.perform("container.check", container_route(arguments), nullptr),
                         session);
}

}  // namespace

std::vector<Verb> container_verbs() {
  const Parameter container = word("CONTAINER", "Name or number of the container");
  return {
      verb("container.create",
           {word("NAME", "Name of the container"),
            option("--description", "TEXT", "What it is for")},
           "countersign container create web-keys", create_container),
      verb("container.list", {}, "countersign container list", list_containers),
      verb("container.show", {container}, "countersign container show web-keys", show_container),
      verb("container.change",
           {container, required_option("--description", "TEXT", "What it is for")},
           "countersign container change web-keys --description 'keys of the shop'",
           change_container),
      verb("container.delete", {container}, "countersign container delete web-keys",
           delete_container),
      verb("container.add_key", {container, word("KEY", "pkcs11: URI of a key on a token")},
           "countersign container add-key web-keys 'pkcs11:token=lab;object=rsa'", add_key),
      verb("container.remove_key", {container, number("NUMBER", "Number of the key in it")},
           "countersign container remove-key web-keys 1", remove_key),
      verb("container.schedule",
           {container, required_option("--every", "DURATION", "Like 1d, or never")},
           "countersign container schedule web-keys --every 1d", schedule),
      verb("container.check", {container}, "countersign container check web-keys", check_container),
  };
}

}  // namespace countersign
