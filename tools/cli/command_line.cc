#include "tools/cli/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <ostream>

#include "core/text.h"
#include "tools/cli/session.h"
#include "tools/cli/verb.h"

namespace countersign {
namespace {

struct Noun {
  const char* name;
  const char* help;
};

constexpr std::array nouns{
    Noun{"gateway", "The gateways that serve the store"},
    Noun{"settings", "What can be set while the gateway runs"},
    Noun{"account", "People and machines"},
    Noun{"provider", "Who says who is calling"},
    Noun{"claim", "What providers say of callers, and whose it is"},
    Noun{"group", "Groups of accounts, groups and claims"},
    Noun{"token", "Bearer tokens, by which accounts are known"},
    Noun{"hsm", "The tokens that hold the keys"},
    Noun{"container", "Groups of keys on the tokens, checked against what was pinned"},
    Noun{"pin-source", "Where the tokens' PINs come from"},
    Noun{"certificate", "The certificates of signers"},
    Noun{"collection", "Searches for certificates, saved under a name"},
    Noun{"signer", "Signers: a name, a key, a certificate, a policy"},
    Noun{"application", "Applications, which group signers, and their members"},
    Noun{"member", "Who may do what with a signer"},
    Noun{"permission", "What roles may hold: permission strings"},
    Noun{"permission-set", "What the roles in a set may hold at most"},
    Noun{"role", "Permission strings that accounts and groups hold"},
    Noun{"access", "Who may do what, and through what"},
    Noun{"change", "Changes that wait for the consent of others"},
    Noun{"freeze", "Times in which nothing is signed with any signer"},
    Noun{"policy", "What it takes to sign"},
    Noun{"metadata-type", "Fields that policies can demand by name"},
    Noun{"request", "Asking for approval to sign, and answering"},
    Noun{"delegation", "Who answers requests in whose place"},
    Noun{"approval-key", "Keys with which people sign their approvals"},
    Noun{"store", "Backups of what the gateway knows"},
    Noun{"log", "The signed log of everything that was decided"},
    Noun{"handler", "Whom countersign-notify tells, and how that goes"},
};

constexpr std::size_t longest_number = 18;

std::string check_number(const std::string& text) {
  const bool digits =
      !text.empty() && text.size() <= longest_number &&
      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits ? "" : "\"" + printable(text) + "\" is not a whole number";
}

void add_parameter(CLI::App& app, const Parameter& parameter) {
  if (parameter.kind == Parameter::Kind::flag) {
    app.add_flag(parameter.name, parameter.help);
    return;
  }
  CLI::Option* const option = app.add_option(parameter.name, parameter.help);
  option->required(parameter.required)
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::Throw);
  option->type_name(parameter.value_name);
  if (parameter.value == Parameter::Value::number) option->check(check_number);
}

/// The application of a noun, made when it is new.
CLI::App& noun_app(CLI::App& top, const std::string& noun) {
  const auto there =
      top.get_subcommands([&](const CLI::App* each) { return each->get_name() == noun; });
  if (!there.empty()) return *there.front();
  const auto* const row =
      std::find_if(nouns.begin(), nouns.end(), [&](const Noun& each) { return noun == each.name; });
  CLI::App* const app = top.add_subcommand(noun, row == nouns.end() ? "" : row->help);
  app->require_subcommand(1);
  app->footer("");  // the exit codes stand in the help of the whole
  return *app;
}

CLI::App& add_verb(CLI::App& top, const Verb& verb) {
  const auto space = verb.words.find(' ');
  CLI::App& parent = space == std::string::npos ? top : noun_app(top, verb.words.substr(0, space));
  const std::string last = space == std::string::npos ? verb.words : verb.words.substr(space + 1);
  CLI::App& app = *parent.add_subcommand(last, verb.summary);
  for (const Parameter& parameter : verb.parameters) add_parameter(app, parameter);
  app.footer("Example:\n  " + verb.example);
  return app;
}

Arguments arguments_of(CLI::App& app, const Verb& verb) {
  Arguments given;
  for (const Parameter& parameter : verb.parameters) {
    const CLI::Option* const option = app.get_option(parameter.name);
    if (option->count() > 0)
      given.set(parameter.name,
                parameter.kind == Parameter::Kind::flag ? "" : option->results().front());
  }
  return given;
}

ExitCode run(const Verb& verb, const Arguments& arguments, Session& session, std::ostream& out) {
  const auto code = verb.run(arguments, session);
  if (!code) return session.print(code.error());
  if (!out.flush())
    return session.print(Error{ErrorKind::internal, "output_failed", "stdout cannot be written to",
                               "check where the output goes"});
  return *code;
}

/// The --help of the innermost command that was named.
std::string help_command(const CLI::App& top) {
  std::string command = "countersign";
  const CLI::App* app = &top;
  while (!app->get_subcommands().empty()) {
    app = app->get_subcommands().front();
    command += " " + app->get_name();
  }
  return "see `" + command + " --help`";
}

/// A mistyped word is named before anything that is missing because of it.
Error usage_error(const CLI::App& top, const CLI::ParseError& wrong) {
  std::string message = wrong.what();
  const auto unknown = top.remaining(true);
  if (!unknown.empty()) message = "\"" + unknown.front() + "\" is not known here";
  std::replace(message.begin(), message.end(), '\n', ' ');
  return {ErrorKind::invalid, "bad_command_line", message, help_command(top)};
}

}  // namespace

ExitCode run_command_line(int argc, const char* const* argv, std::ostream& out, std::ostream& err) {
  CLI::App top(
      "Countersign: signatures with keys that stay on their token, made only for members "
      "of a signer and only as its policy allows.",
      "countersign");
  bool json = false;
  top.add_flag("--json", json, "Answer in JSON, errors included, for programs");
  top.set_version_flag("--version", "countersign " COUNTERSIGN_VERSION);
  top.require_subcommand(1);
  top.fallthrough();
  top.footer(exit_code_help());
  const std::vector<Verb> verbs = all_verbs();
  std::vector<CLI::App*> apps;
  for (const Verb& each : verbs) apps.push_back(&add_verb(top, each));

  try {
    top.parse(argc, argv);
  } catch (const CLI::Success& asked) {
    top.exit(asked, out, err);
    return ExitCode::ok;
  } catch (const CLI::ParseError& wrong) {
    return Session(json, out, err).print(usage_error(top, wrong));
  }
  Session session(json, out, err);
  for (std::size_t i = 0; i < verbs.size(); ++i)
    if (apps[i]->parsed()) return run(verbs[i], arguments_of(*apps[i], verbs[i]), session, out);
  return ExitCode::internal;
}

}  // namespace countersign
