#include "gateway/client/client_config.h"

#include <sys/un.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <utility>

#include "core/duration.h"
#include "core/json_reader.h"
#include "core/text.h"
#include "core/trusted_file.h"
#include "gateway/client/signing_service.h"
#include "gateway/client/wire.h"

namespace countersign {
namespace {

constexpr std::size_t largest_file = 64 * 1024;
constexpr Milliseconds longest_timeout{3'600'000};

bool absolute(const std::string& path) {
  return path.starts_with('/');
}

void read_socket(JsonReader& in, ClientConfig& config) {
  config.socket = in.optional_text("socket").value_or(config.socket);
  if (!absolute(config.socket))
    in.refuse("socket", "is not an absolute path", "write it from the root, beginning with /");
  if (config.socket.size() >= sizeof(sockaddr_un::sun_path))
    in.refuse("socket", "is too long for a Unix socket", "use at most 107 bytes");
}

void read_log(JsonReader& in, ClientConfig& config) {
  config.log = in.optional_text("log").value_or(config.log);
  if (config.log != "stderr" && config.log != "none" && !absolute(config.log))
    in.refuse("log", "is neither \"stderr\", \"none\" nor an absolute path",
              "use one of the three");
}

void read_embedded(JsonReader& in, ClientConfig& config) {
  config.embedded = in.optional_text("embedded").value_or("");
  if (!config.embedded.empty() && !absolute(config.embedded))
    in.refuse("embedded", "is not an absolute path", "write it from the root, beginning with /");
}

void read_sign_timeout(JsonReader& in, ClientConfig& config) {
  const auto text = in.optional_text("sign_timeout");
  if (!text) return;
  const auto duration = parse_duration(*text);
  if (duration && *duration <= longest_timeout)
    config.sign_timeout = *duration;
  else
    in.refuse("sign_timeout", "is not a duration of at most 1h",
              "write a number and a unit, for example \"30s\"");
}

void read_request_metadata(JsonReader& in, std::map<std::string, std::string>& metadata) {
  const nlohmann::json* const fields = in.any("request_metadata");
  if (fields == nullptr) return;
  if (!fields->is_object() || fields->size() > wire::most_metadata)
    return in.refuse("request_metadata", "is not an object of at most 50 fields");
  for (const auto& [name, value] : fields->items()) {
    if (!value.is_string())
      return in.refuse("request_metadata", "has a value that is not text",
                       "write every value as text");
    metadata.emplace(name, value.get<std::string>());
  }
}

void read_approval(JsonReader& in, ClientConfig& config) {
  config.approval.auto_request = in.flag("auto_request", false);
  config.claim_command_line = in.flag("claim_command_line", false);
  read_request_metadata(in, config.approval.metadata);
  const auto text = in.optional_text("wait_for_approval");
  if (!text) return;
  const auto duration = parse_duration(*text);
  if (duration && *duration <= longest_wait)
    config.approval.wait = *duration;
  else
    in.refuse("wait_for_approval", "is not a duration of at most 24h",
              "write a number and a unit, for example \"10m\"");
}

/// COUNTERSIGN_WAIT goes before what the file says, where there is one.
Result<ClientConfig> with_wait(ClientConfig config) {
  const char* const text = secure_getenv("COUNTERSIGN_WAIT");
  if (text == nullptr) return config;
  const auto wait = wait_from_text(text);
  if (!wait)
    return fail(ErrorKind::invalid, "bad_wait", "COUNTERSIGN_WAIT: " + wait.error().message,
                wait.error().remedy);
  config.approval.wait = *wait;
  return config;
}

/// The fields that COUNTERSIGN_METADATA gives, if it does, go before those of the file.
Result<ClientConfig> with_metadata(ClientConfig config) {
  const char* const text = secure_getenv("COUNTERSIGN_METADATA");
  if (text == nullptr) return config;
  const auto fields = metadata_from_text(text);
  if (!fields)
    return fail(ErrorKind::invalid, "bad_metadata",
                "COUNTERSIGN_METADATA: " + fields.error().message, fields.error().remedy);
  for (const auto& [name, value] : *fields) config.approval.metadata[name] = value;
  return config;
}

/// What the environment says goes before what the file says.
Result<ClientConfig> with_environment(ClientConfig config) {
  auto waiting = with_wait(std::move(config));
  if (!waiting) return waiting;
  return with_metadata(std::move(*waiting));
}

void read_login(JsonReader& in, ClientConfig& config) {
  const std::string mode = in.optional_text("login").value_or("none");
  if (mode != "none" && mode != "token")
    in.refuse("login", "is neither \"none\" nor \"token\"", "use one of the two");
  config.login = mode == "token" ? LoginMode::token : LoginMode::none;
  if (in.any("signers") != nullptr) config.signers = in.texts("signers");
  if (config.login == LoginMode::token && config.signers.empty())
    in.refuse("signers", "is missing", "name the signers whose slots are to be shown");
  if (config.login == LoginMode::none && !config.signers.empty())
    in.refuse("signers", "goes with \"login\": \"token\" only",
              "leave it out: the gateway knows which signers are yours");
  std::set<std::string> seen;
  for (const std::string& name : config.signers)
    if (!check_name("signer name", name) || !seen.insert(fold_case(name)).second)
      in.refuse("signers", "has a name that cannot be a signer's or is there twice",
                "name each signer once, as \"countersign signer list\" does");
}

}  // namespace

Result<Milliseconds> wait_from_text(const std::string& text) {
  const auto duration = parse_duration(text);
  if (!duration || *duration > longest_wait)
    return fail(ErrorKind::invalid, "bad_wait",
                "\"" + printable(text) + "\" is not a duration of at most 24h",
                "write a number and a unit, for example 10m");
  return *duration;
}

Result<std::map<std::string, std::string>> metadata_from_text(const std::string& text) {
  std::map<std::string, std::string> metadata;
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, ',');) {
    const auto sign = part.find('=');
    if (sign == part.npos || sign == 0)
      return fail(ErrorKind::invalid, "bad_metadata",
                  "\"" + printable(part) + "\" is no NAME=VALUE",
                  "write it like ticket=REL-7,commit=4f1c");
    metadata[part.substr(0, sign)] = part.substr(sign + 1);
  }
  return metadata;
}

Result<ClientConfig> read_client_config(const std::string& path) {
  if (!absolute(path))
    return fail(ErrorKind::invalid, "bad_path", "client config " + path + " is a relative path",
                "write it from the root, beginning with /");
  const auto text = read_trusted_file("client config", path, largest_file);
  if (!text) return fail(text.error());
  const auto document = wire::parse_object(*text);
  if (!document) return fail_in_file(path, document.error());

  ClientConfig config;
  config.path = path;
  JsonReader in(*document, "");
  read_socket(in, config);
  config.gateway_user = in.optional_text("gateway_user").value_or(config.gateway_user);
  if (config.gateway_user.empty())
    in.refuse("gateway_user", "is empty", "name a user or leave it out");
  read_log(in, config);
  read_embedded(in, config);
  read_sign_timeout(in, config);
  read_approval(in, config);
  read_login(in, config);
  if (auto ok = in.finish(); !ok) return fail_in_file(path, std::move(ok.error()));
  return config;
}

std::string embedded_gateway_config(const ClientConfig& config) {
  const char* const path = secure_getenv("COUNTERSIGN_GATEWAY_CONFIG");
  return path != nullptr ? path : config.embedded;
}

Result<ClientConfig> read_client_config() {
  const char* const path = secure_getenv("COUNTERSIGN_CONFIG");
  auto config = read_client_config(path != nullptr ? path : default_client_config);
  if (!config && path == nullptr && config.error().code == "file_missing") config = ClientConfig{};
  return config ? with_environment(std::move(*config)) : config;
}

}  // namespace countersign
