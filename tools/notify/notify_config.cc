#include "tools/notify/notify_config.h"

#include <sys/un.h>

#include <array>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "core/duration.h"
#include "core/json_reader.h"
#include "core/text.h"
#include "core/trusted_file.h"
#include "gateway/client/wire.h"
#include "tools/notify/event_names.h"
#include "tools/notify/handler_url.h"

namespace countersign::notify {
namespace {

using nlohmann::json;

constexpr std::size_t most_handlers = 64;
constexpr std::size_t most_entries = 1000;
constexpr std::size_t longest_address = 254;
constexpr std::chrono::minutes longest_time_limit(5);
constexpr std::array kinds{"webhook", "mail", "command", "journal"};

std::string path_or(JsonReader& in, const char* key, std::string path) {
  if (!path.starts_with('/') || path.find('\0') != std::string::npos)
    in.refuse(key, "is not an absolute path", "write it from the root, beginning with /");
  return path;
}

std::string read_path(JsonReader& in, const char* key) {
  return path_or(in, key, in.text(key));
}

std::string read_ca(JsonReader& in, const char* key) {
  const auto path = in.optional_text(key);
  if (!path) return "";
  if (auto trusted = check_trusted("file of issuers", *path); !trusted)
    in.refuse(key, "is not usable: " + trusted.error().message, trusted.error().remedy);
  return path_or(in, key, *path);
}

/// What may stand in a header and in an SMTP command as it is.
bool is_address(std::string_view address) {
  const auto plain = [](char c) {
    return c > ' ' && c <= '~' && std::string_view("<>()[]\\,;:\"").find(c) == std::string::npos;
  };
  const std::size_t at = address.find('@');
  return address.size() <= longest_address && at != std::string_view::npos && at > 0 &&
         at + 1 < address.size() && address.find('@', at + 1) == std::string_view::npos &&
         std::ranges::all_of(address, plain);
}

constexpr const char* address_hint = "write it like \"alice@example.com\"";

Milliseconds read_duration(JsonReader& in, const char* key, Milliseconds otherwise,
                           Milliseconds most) {
  const auto text = in.optional_text(key);
  if (!text) return otherwise;
  const auto duration = parse_duration(*text);
  if (duration && *duration <= most) return *duration;
  in.refuse(key, "is not a duration of at most " + to_text(most),
            "write a number and a unit, for example \"10s\"");
  return otherwise;
}

/// A list of 1 to 1000 texts, of each of which `why` says nothing.
std::vector<std::string> read_list(JsonReader& in, const char* key,
                                   const std::function<std::string(const std::string&)>& why) {
  std::vector<std::string> list = in.texts(key);
  if (list.empty() || list.size() > most_entries)
    in.refuse(key, "is no list of 1 to 1000 texts", "name at least one");
  for (std::size_t i = 0; i < list.size(); ++i)
    if (const std::string wrong = why(list[i]); !wrong.empty())
      in.refuse(key + ("/" + std::to_string(i)), wrong);
  return list;
}

std::string why_no_event(const std::string& pattern) {
  const auto good = check_event_pattern(pattern);
  return good ? "" : "is refused: " + good.error().text();
}

std::string why_no_signer(const std::string& name) {
  const auto good = check_name("signer name", name);
  return good ? "" : "is refused: " + good.error().text();
}

std::string why_no_recipient(const std::string& to) {
  if (to == "approvers" || to == "requester" || is_address(to)) return "";
  return "is neither \"approvers\", \"requester\" nor a mail address";
}

void read_url(JsonReader& in, const char* key, std::string& url, const UrlSchemes& schemes) {
  url = in.text(key);
  if (auto good = check_handler_url(url, schemes); !good)
    in.refuse(key, good.error().message, good.error().remedy);
}

WebhookConfig read_webhook(JsonReader& in) {
  WebhookConfig webhook;
  read_url(in, "url", webhook.url, {"https", "http"});
  webhook.key_file = read_path(in, "key");
  webhook.ca = read_ca(in, "ca");
  return webhook;
}

MailConfig read_mail(JsonReader& in) {
  MailConfig mail;
  read_url(in, "url", mail.url, {"smtps", "smtp"});
  mail.from = in.text("from");
  if (!is_address(mail.from)) in.refuse("from", "is no mail address", address_hint);
  mail.to = read_list(in, "to", why_no_recipient);
  mail.user = in.optional_text("user").value_or("");
  if (in.any("password") != nullptr) mail.password_file = read_path(in, "password");
  if (mail.user.empty() != mail.password_file.empty())
    in.refuse("password", "goes with \"user\", and \"user\" with it", "say both or neither");
  mail.ca = read_ca(in, "ca");
  return mail;
}

CommandConfig read_command(JsonReader& in) {
  CommandConfig command{read_list(in, "command", [](const std::string& word) {
    return word.find('\0') == std::string::npos ? "" : "has a null character in it";
  })};
  if (command.argv.empty()) return command;
  if (!command.argv.front().starts_with('/'))
    in.refuse("command/0", "is not an absolute path", "write it from the root, beginning with /");
  else if (auto trusted = check_trusted("command", command.argv.front()); !trusted)
    in.refuse("command/0", "is not usable: " + trusted.error().message, trusted.error().remedy);
  return command;
}

HandlerKind read_kind(JsonReader& in) {
  const std::string kind = in.text("kind");
  if (kind == kinds[0]) return read_webhook(in);
  if (kind == kinds[1]) return read_mail(in);
  if (kind == kinds[2]) return read_command(in);
  if (kind != kinds[3])
    in.refuse("kind", "is none of \"webhook\", \"mail\", \"command\" and \"journal\"");
  return JournalConfig{};
}

Result<HandlerConfig> read_handler(const json& value, const std::string& pointer) {
  HandlerConfig handler;
  JsonReader in(value, pointer);
  handler.name = in.text("name");
  if (auto named = check_name("handler name", handler.name); !named)
    in.refuse("name", "is not a name: " + named.error().message, named.error().remedy);
  handler.kind = read_kind(in);
  handler.events = read_list(in, "events", why_no_event);
  if (in.any("signers") != nullptr) handler.signers = read_list(in, "signers", why_no_signer);
  handler.remind_after =
      read_duration(in, "remind_after", handler.remind_after, std::chrono::days(365));
  handler.time_limit = read_duration(in, "time_limit", handler.time_limit, longest_time_limit);
  handler.tries = in.optional_integer("tries", 1, 1000).value_or(handler.tries);
  if (auto ok = in.finish(); !ok) return fail(std::move(ok.error()));
  return handler;
}

Result<std::vector<HandlerConfig>> read_handlers(const json& list) {
  if (!list.is_array() || list.empty() || list.size() > most_handlers)
    return fail(ErrorKind::invalid, "bad_field", "/handlers is not a list of 1 to 64 handlers",
                "describe each handler with name, kind and events");
  std::vector<HandlerConfig> handlers;
  std::set<std::string> names;
  for (const json& each : list) {
    const std::string pointer = "/handlers/" + std::to_string(handlers.size());
    auto handler = read_handler(each, pointer);
    if (!handler) return fail(std::move(handler.error()));
    if (!names.insert(fold_case(handler->name)).second)
      return fail(ErrorKind::invalid, "bad_field",
                  pointer + "/name \"" + handler->name + "\" is the name of another handler too",
                  "give each handler its own name; upper and lower case are the same");
    handlers.push_back(std::move(*handler));
  }
  return handlers;
}

void read_addresses(JsonReader& in, NotifyConfig& config) {
  const json* const map = in.any("addresses");
  if (map == nullptr) return;
  if (!map->is_object()) return in.refuse("addresses", "is not an object");
  for (const auto& [name, address] : map->items()) {
    if (!address.is_string() || !is_address(address.get<std::string>()))
      in.refuse("addresses/" + printable(name), "is no mail address", address_hint);
    else
      config.addresses[name] = address.get<std::string>();
  }
}

Result<NotifyConfig> read_document(const json& document) {
  NotifyConfig config;
  JsonReader in(document, "");
  config.socket = path_or(in, "socket", in.optional_text("socket").value_or(config.socket));
  if (config.socket.size() >= sizeof(sockaddr_un::sun_path))
    in.refuse("socket", "is too long for a Unix socket", "use at most 107 bytes");
  config.gateway_user = in.optional_text("gateway_user").value_or(config.gateway_user);
  config.token = read_path(in, "token");
  config.state = path_or(in, "state", in.optional_text("state").value_or(config.state));
  read_addresses(in, config);
  const json* const handlers = in.any("handlers");
  if (handlers == nullptr) in.refuse("handlers", "is missing", "list at least one handler");
  if (auto ok = in.finish(); !ok) return fail(std::move(ok.error()));
  auto read = read_handlers(*handlers);
  if (!read) return fail(std::move(read.error()));
  config.handlers = std::move(*read);
  return config;
}

}  // namespace

const char* kind_name(const HandlerConfig& handler) {
  return kinds.at(handler.kind.index());
}

Result<NotifyConfig> read_notify_config(const std::string& path) {
  const auto text = read_trusted_file("notify config", path);
  if (!text) return fail(text.error());
  const auto document = wire::parse_object(*text);
  if (!document) return fail_in_file(path, document.error());
  auto config = read_document(*document);
  if (!config) return fail_in_file(path, std::move(config.error()));
  return config;
}

Result<HandlerConfig> find_handler(const NotifyConfig& config, const std::string& name) {
  for (const HandlerConfig& each : config.handlers)
    if (fold_case(each.name) == fold_case(name)) return each;
  return fail(ErrorKind::not_found, "no_handler",
              "there is no handler " + printable(name.substr(0, longest_name)),
              "see: countersign handler list");
}

}  // namespace countersign::notify
