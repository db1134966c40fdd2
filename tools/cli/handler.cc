// The handlers of countersign-notify: read from its configuration and its folder on this machine.
#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>

#include "core/text.h"
#include "tools/cli/nouns.h"
#include "tools/cli/session.h"
#include "tools/cli/table.h"
#include "tools/notify/delivery.h"
#include "tools/notify/gateway_events.h"
#include "tools/notify/handler_state.h"
#include "tools/notify/notify_config.h"

namespace countersign {
namespace {

using nlohmann::json;

Result<notify::NotifyConfig> read_notify_config_of(const Arguments& arguments) {
  return notify::read_notify_config(
      arguments.optional_text("--config").value_or(notify::default_notify_config));
}

/// The last record of the gateway's log, asked for as the service asks; nothing when that fails.
std::optional<RecordNumber> last_record(const notify::NotifyConfig& config, Session& session) {
  const auto gateway = notify::connect_gateway(config);
  if (!gateway) {
    session.note("how far the handlers are behind is not known: " + gateway.error().text());
    return std::nullopt;
  }
  const auto last = notify::GatewayEvents(**gateway).last();
  if (last) return *last;
  session.note("how far the handlers are behind is not known: " + last.error().text());
  return std::nullopt;
}

/// The folder is the service's own, and what it wrote is believed by its user alone.
Error as_service(Error error) {
  if (error.code == "file_not_trusted" || error.code == "file_unreadable")
    error.remedy =
        "run this as the service's user: runuser -u countersign-notify -- countersign handler list";
  return error;
}

std::string next_try(const notify::HandlerState& state) {
  const auto first = std::ranges::min_element(state.waiting, {}, &notify::WaitingEvent::next);
  return first == state.waiting.end() ? "" : to_rfc3339(first->next);
}

/// What is known of one handler; of one that has told nothing yet only what is configured.
Result<json> handler_json(const notify::NotifyConfig& config, const notify::HandlerConfig& handler,
                          std::optional<RecordNumber> last) {
  const auto state = notify::load_state(config.state, handler.name);
  if (!state) return fail(as_service(state.error()));
  const auto letters = notify::dead_letters(config.state, handler.name);
  if (!letters) return fail(as_service(letters.error()));
  json view{{"name", handler.name},
            {"kind", notify::kind_name(handler)},
            {"events", handler.events},
            {"dead_letters", letters->size()}};
  if (!*state) return view;
  view["position"] = (*state)->position;
  if (last) view["behind"] = std::max<RecordNumber>(*last - (*state)->position, 0);
  view["waiting"] = (*state)->waiting.size();
  view["failures"] = (*state)->failures;
  if (!(*state)->last_error.empty()) view["last_error"] = (*state)->last_error;
  if (const std::string next = next_try(**state); !next.empty()) view["next_try"] = next;
  return view;
}

Result<ExitCode> list_handlers(const Arguments& arguments, Session& session) {
  const auto config = read_notify_config_of(arguments);
  if (!config) return fail(config.error());
  const auto last = last_record(*config, session);
  json handlers = json::array();
  for (const notify::HandlerConfig& each : config->handlers) {
    auto view = handler_json(*config, each, last);
    if (!view) return fail(view.error());
    handlers.push_back(std::move(*view));
  }
  return session.print({{"handlers", handlers}}, table_text(handlers, {{"HANDLER", "name"},
                                                                       {"KIND", "kind"},
                                                                       {"RECORD", "position"},
                                                                       {"BEHIND", "behind"},
                                                                       {"WAITING", "waiting"},
                                                                       {"FAILURES", "failures"},
                                                                       {"NEXT TRY", "next_try"},
                                                                       {"DEAD", "dead_letters"}}));
}

Result<ExitCode> show_handler(const Arguments& arguments, Session& session) {
  const auto config = read_notify_config_of(arguments);
  if (!config) return fail(config.error());
  const auto handler = notify::find_handler(*config, arguments.text("HANDLER"));
  if (!handler) return fail(handler.error());
  auto view = handler_json(*config, *handler, last_record(*config, session));
  if (!view) return fail(view.error());
  const auto letters = notify::dead_letters(config->state, handler->name);
  if (!letters) return fail(as_service(letters.error()));
  std::string text = details_text(*view, {{"name", "name"},
                                          {"kind", "kind"},
                                          {"events", "events"},
                                          {"record", "position"},
                                          {"behind", "behind"},
                                          {"waiting", "waiting"},
                                          {"failures", "failures"},
                                          {"last error", "last_error"},
                                          {"next try", "next_try"},
                                          {"dead letters", "dead_letters"}});
  json rows = json::array();
  for (const notify::DeadLetter& each : *letters) rows.push_back(to_json(each));
  if (!rows.empty())
    text += "\n" + table_text(rows, {{"DEAD LETTER", "id"},
                                     {"EVENT", "event"},
                                     {"REQUEST", "request"},
                                     {"TRIES", "tries"},
                                     {"GIVEN UP", "time"},
                                     {"ERROR", "error"}});
  (*view)["letters"] = std::move(rows);
  return session.print({{"handler", std::move(*view)}}, text);
}

Result<ExitCode> test_handler(const Arguments& arguments, Session& session) {
  const auto config = read_notify_config_of(arguments);
  if (!config) return fail(config.error());
  const auto handler = notify::find_handler(*config, arguments.text("HANDLER"));
  if (!handler) return fail(handler.error());
  std::signal(SIGPIPE, SIG_IGN);  // a server that hangs up is a failure to tell of
  const notify::Event event = notify::test_event(SystemClock().now());
  const auto told = notify::make_delivery(*handler, *config)->deliver(event, {});
  if (!told) return fail(told.error());
  return session.print({{"handler", handler->name}, {"id", event.id}},
                       "handler " + handler->name + " took test event " + event.id + "\n");
}

/// The dead letter of that id.
Result<notify::DeadLetter> find_letter(const notify::NotifyConfig& config,
                                       const std::string& handler, const std::string& id) {
  auto letters = notify::dead_letters(config.state, handler);
  if (!letters) return fail(as_service(letters.error()));
  const auto found = std::ranges::find(*letters, id, &notify::DeadLetter::id);
  if (found != letters->end()) return std::move(*found);
  return fail(ErrorKind::not_found, "no_dead_letter",
              "handler " + handler + " has no dead letter " + printable(id),
              "see: countersign handler show " + handler);
}

/// What there is to tell of it still; nothing when another store's record has its number, too.
Result<std::optional<notify::Event>> event_again(const notify::NotifyConfig& config,
                                                 const notify::DeadLetter& letter) {
  const auto gateway = notify::connect_gateway(config);
  if (!gateway) return fail(gateway.error());
  const notify::WaitingEvent waiting{.record = letter.record,
                                     .name = letter.record < 0 ? letter.name : "",
                                     .round = letter.round,
                                     .request = letter.request};
  auto event = notify::GatewayEvents(**gateway).of(waiting, SystemClock().now());
  if (!event || !*event || (*event)->id == letter.id) return event;
  return std::optional<notify::Event>();
}

Result<ExitCode> resend(const Arguments& arguments, Session& session) {
  const auto config = read_notify_config_of(arguments);
  if (!config) return fail(config.error());
  const auto handler = notify::find_handler(*config, arguments.text("HANDLER"));
  if (!handler) return fail(handler.error());
  const auto letter = find_letter(*config, handler->name, arguments.text("LETTER"));
  if (!letter) return fail(letter.error());
  const auto event = event_again(*config, *letter);
  if (!event) return fail(event.error());
  std::signal(SIGPIPE, SIG_IGN);  // a server that hangs up is a failure to tell of
  if (*event)
    if (auto told = notify::make_delivery(*handler, *config)->deliver(**event, {}); !told)
      return fail(told.error());
  if (auto off = notify::settle_dead_letter(config->state, handler->name, letter->id); !off)
    return fail(as_service(off.error()));
  return session.print(
      {{"handler", handler->name}, {"id", letter->id}, {"told", event->has_value()}},
      *event ? "handler " + handler->name + " took " + letter->id + "\n"
             : "there is nothing to tell of " + letter->id + " any more; it is off the list\n");
}

}  // namespace

std::vector<Verb> handler_verbs() {
  const Parameter config = option("--config", "FILE", "The configuration of countersign-notify");
  const Parameter handler = word("HANDLER", "Name of a handler");
  return {{"handler list",
           "List the handlers of countersign-notify, with what waits and what was given up",
           nullptr,
           {config},
           "countersign handler list",
           list_handlers},
          {"handler show",
           "Show one handler with the events that were given up",
           nullptr,
           {handler, config},
           "countersign handler show chat",
           show_handler},
          {"handler test",
           "Have a handler told of a test event, and say whether it took it",
           nullptr,
           {handler, config},
           "countersign handler test chat",
           test_handler},
          {"handler resend",
           "Have a handler told of an event that was given up, and take it off the dead letters",
           nullptr,
           {handler, word("LETTER", "Id of a dead letter, as `handler show` lists it"), config},
           "countersign handler resend chat 4711-9f86d081884c7d65",
           resend}};
}

}  // namespace countersign
