#include <nlohmann/json.hpp>

#include "tools/cli/nouns.h"
#include "tools/cli/session.h"
#include "tools/cli/table.h"

namespace countersign {
namespace {

const std::vector<Column> provider_columns = {
    {"SCHEME", "scheme"}, {"KIND", "kind"}, {"DISPLAY NAME", "display_name"}};

Result<ExitCode> print_provider(const Result<nlohmann::json>& answer, Session& session) {
  if (!answer) return fail(answer.error());
  return session.print(*answer, table_text(nlohmann::json::array({field_of(*answer, "provider")}),
                                           provider_columns));
}

OperationArguments provider_route(const Arguments& arguments) {
  return {{"provider", arguments.text("SCHEME")}};
}

Result<ExitCode> create_provider(const Arguments& arguments, Session& session) {
  return print_provider(session.perform("provider.create", {},
                                        {{"scheme", arguments.text("SCHEME")},
                                         {"kind", arguments.text("--kind")},
                                         {"display_name", arguments.text("--display-name")}}),
                        session);
}

Result<ExitCode> list_providers(const Arguments&, Session& session) {
  const auto answer = session.perform("provider.list", {}, nullptr);
  if (!answer) return fail(answer.error());
  return session.print(*answer, table_text(field_of(*answer, "providers"), provider_columns));
}

Result<ExitCode> show_provider(const Arguments& arguments, Session& session) {
  return print_provider(session.perform("provider.show", provider_route(arguments), nullptr),
                        session);
}

Result<ExitCode> change_provider(const Arguments& arguments, Session& session) {
  return print_provider(session.perform("provider.change", provider_route(arguments),
                                        {{"display_name", arguments.text("--display-name")}}),
                        session);
}

Result<ExitCode> remove_provider(const Arguments& arguments, Session& session) {
  return print_provider(session.perform("provider.delete", provider_route(arguments), nullptr),
                        session);
}

}  // namespace

std::vector<Verb> provider_verbs() {
  const Parameter scheme = word("SCHEME", "What its claims begin with, e.g. corp");
  const Parameter name = required_option("--display-name", "TEXT", "What people call it");
  return {
      verb("provider.create",
           {scheme, required_option("--kind", "KIND", "unix, x509, token or oidc"), name},
           "countersign provider create corp --kind oidc --display-name 'Company login'",
           create_provider),
      verb("provider.list", {}, "countersign provider list", list_providers),
      verb("provider.show", {scheme}, "countersign provider show unix", show_provider),
      verb("provider.change", {scheme, name},
           "countersign provider change unix --display-name 'Build hosts'", change_provider),
      verb("provider.delete", {scheme}, "countersign provider delete corp", remove_provider),
  };
}

}  // namespace countersign
