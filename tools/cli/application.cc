#include <nlohmann/json.hpp>

#include "tools/cli/nouns.h"
#include "tools/cli/session.h"
#include "tools/cli/table.h"
#include "tools/cli/waiting_change.h"

namespace countersign {
namespace {

const std::vector<Column> application_columns = {{"NAME", "name"},
                                                 {"MY ROLE", "my_role"},
                                                 {"SIGNERS", "signers"},
                                                 {"DESCRIPTION", "description"}};
const std::vector<Column> application_lines = {{"name", "name"},
                                               {"description", "description"},
                                               {"my role", "my_role"},
                                               {"signers", "signers"},
                                               {"containers", "containers"}};
const std::vector<Column> application_member_columns = {
    {"MEMBER", "name"}, {"KIND", "kind"}, {"ROLE", "role"}};

OperationArguments application_route(const Arguments& arguments) {
  OperationArguments parts{{"application", arguments.text("APPLICATION")}};
  if (arguments.has("PRINCIPAL")) parts["principal"] = arguments.text("PRINCIPAL");
  if (arguments.has("CONTAINER")) parts["container"] = arguments.text("CONTAINER");
  if (arguments.has("SIGNER")) parts["signer"] = arguments.text("SIGNER");
  return parts;
}

Result<ExitCode> print_application(const Result<nlohmann::json>& answer, Session& session) {
  if (!answer) return fail(answer.error());
  return session.print(*answer, details_text(field_of(*answer, "application"), application_lines));
}

Result<ExitCode> print_members(const Result<nlohmann::json>& answer, Session& session) {
  if (!answer) return fail(answer.error());
  if (is_waiting(*answer)) return print_waiting(*answer, session);
  return session.print(*answer,
                       table_text(field_of(*answer, "members"), application_member_columns));
}

Result<ExitCode> create_application(const Arguments& arguments, Session& session) {
  nlohmann::json body = {{"name", arguments.text("NAME")}, {"admin", arguments.text("--admin")}};
  if (const auto text = arguments.optional_text("--description")) body["description"] = *text;
  return print_application(session.perform("application.create", {}, body), session);
}

Result<ExitCode> list_applications(const Arguments&, Session& session) {
  const auto answer = session.perform("application.list", {}, nullptr);
  if (!answer) return fail(answer.error());
  return session.print(*answer, table_text(field_of(*answer, "applications"), application_columns));
}

Result<ExitCode> show_application(const Arguments& arguments, Session& session) {
  return print_application(
      session.perform("application.show", application_route(arguments), nullptr), session);
}

Result<ExitCode> change_application(const Arguments& arguments, Session& session) {
  return print_application(session.perform("application.change", application_route(arguments),
                                           {{"description", arguments.text("--description")}}),
                           session);
}

Result<ExitCode> remove_application(const Arguments& arguments, Session& session) {
  return print_application(
      session.perform("application.delete", application_route(arguments), nullptr), session);
}

Result<ExitCode> add_signer(const Arguments& arguments, Session& session) {
  return print_application(
      session.perform("application.add_signer", application_route(arguments), nullptr), session);
}

Result<ExitCode> remove_signer(const Arguments& arguments, Session& session) {
  return print_application(
      session.perform("application.remove_signer", application_route(arguments), nullptr), session);
}

Result<ExitCode> add_container(const Arguments& arguments, Session& session) {
  return print_application(
      session.perform("application.add_container", application_route(arguments), nullptr), session);
}

Result<ExitCode> remove_container(const Arguments& arguments, Session& session) {
  return print_application(
      session.perform("application.remove_container", application_route(arguments), nullptr),
      session);
}

Result<ExitCode> members(const Arguments& arguments, Session& session) {
  return print_members(
      session.perform("application.members", application_route(arguments), nullptr), session);
}

Result<ExitCode> add_application_member(const Arguments& arguments, Session& session) {
  return print_members(session.perform("application.add_member", application_route(arguments),
                                       {{"role", arguments.text("--role")}}),
                       session);
}

Result<ExitCode> remove_application_member(const Arguments& arguments, Session& session) {
  return print_members(
      session.perform("application.remove_member", application_route(arguments), nullptr), session);
}

}  // namespace

std::vector<Verb> application_verbs() {
  const Parameter application = word("APPLICATION", "Name or number of the application");
  const Parameter signer = word("SIGNER", "Name or number of the signer");
  const Parameter container = word("CONTAINER", "Name or number of the container");
  const Parameter member = word("PRINCIPAL", "Name of an account or a group");
  const Parameter role = required_option("--role", "ROLE", "admin, operator or auditor");
  return {
      verb("application.create",
           {word("NAME", "Name of the application"),
            required_option("--admin", "ACCOUNT", "Its first admin, who is not you"),
            option("--description", "TEXT", "What it is for")},
           "countersign application create web --admin engineer", create_application),
      verb("application.list", {}, "countersign application list", list_applications),
      verb("application.show", {application}, "countersign application show web", show_application),
      verb("application.change",
           {application, required_option("--description", "TEXT", "What it is for")},
           "countersign application change web --description 'the shop and its mails'",
           change_application),
      verb("application.delete", {application}, "countersign application delete web",
           remove_application),
      verb("application.add_signer", {application, signer},
           "countersign application add-signer web release", add_signer),
      verb("application.remove_signer", {application, signer},
           "countersign application remove-signer web release", remove_signer),
      verb("application.add_container", {application, container},
           "countersign application add-container web web-keys", add_container),
      verb("application.remove_container", {application, container},
           "countersign application remove-container web web-keys", remove_container),
      verb("application.members", {application}, "countersign application members web", members),
      verb("application.add_member", {application, member, role},
           "countersign application add-member web operators --role operator",
           add_application_member),
      verb("application.remove_member", {application, member},
           "countersign application remove-member web operators", remove_application_member),
  };
}

}  // namespace countersign
