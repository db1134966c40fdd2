// notify.json: whom countersign-notify tells, of what, and how.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "gateway/client/client_config.h"

namespace countersign::notify {

inline constexpr const char* default_notify_config = "/etc/countersign/notify.json";
inline constexpr const char* default_notify_state = "/var/lib/countersign-notify";

/// A POST to `url`, signed with the key in `key_file` (webhook.h).
struct WebhookConfig {
  std::string url;       ///< "url": https, or http on this host
  std::string key_file;  ///< "key": a file that nobody else reads
  std::string ca;        ///< "ca": trusted issuers, PEM; empty: the system's
};

/// Mail over SMTP. TLS is demanded of a server that is not on this host.
struct MailConfig {
  std::string url;              ///< "url": smtp://host[:port] or smtps://host[:port]
  std::string from;             ///< "from"
  std::vector<std::string> to;  ///< "to": addresses, "approvers", "requester"
  std::string user;             ///< "user"; empty: no log-in
  std::string password_file;    ///< "password": a file that nobody else reads
  std::string ca;               ///< "ca"
};

/// A program, run without a shell.
struct CommandConfig {
  std::vector<std::string> argv;  ///< "command": argv[0] is an absolute path
};

/// A line on standard error, which systemd writes to its journal.
struct JournalConfig {};

using HandlerKind = std::variant<WebhookConfig, MailConfig, CommandConfig, JournalConfig>;

struct HandlerConfig {
  std::string name;                  ///< "name"
  HandlerKind kind;                  ///< "kind" and what goes with it
  std::vector<std::string> events;   ///< "events": patterns (event_names.h)
  std::vector<std::string> signers;  ///< "signers": only events of these; empty: all
  Milliseconds remind_after{0};      ///< "remind_after"; 0: never
  Milliseconds time_limit{10'000};   ///< "time_limit": of one try
  std::int64_t tries = 50;           ///< "tries": before an event is a dead letter
};

/// "webhook", "mail", "command" or "journal".
const char* kind_name(const HandlerConfig& handler);

struct NotifyConfig {
  std::string socket = default_gateway_socket;   ///< "socket" of the gateway
  std::string gateway_user = "countersign";      ///< "gateway_user": who may own it besides root
  std::string token;                             ///< "token": file with the service's bearer token
  std::string state = default_notify_state;      ///< "state": the folder of the positions
  std::map<std::string, std::string> addresses;  ///< "addresses": account or group → mail address
  std::vector<HandlerConfig> handlers;           ///< "handlers", each name once
};

/// Reads the file. Every error is one line that names file, key and mend. Errors: those of
/// read_trusted_file(), `bad_json`, `bad_field`.
Result<NotifyConfig> read_notify_config(const std::string& path);

/// The handler of that name. Error: `no_handler`.
Result<HandlerConfig> find_handler(const NotifyConfig& config, const std::string& name);

}  // namespace countersign::notify
