#include "gateway/server/gateway_config.h"

#include <sys/un.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "core/duration.h"
#include "core/json_reader.h"
#include "core/text.h"
#include "core/trusted_file.h"
#include "gateway/client/client_config.h"
#include "gateway/client/wire.h"

namespace countersign::server {
namespace {

using nlohmann::json;

constexpr std::size_t longest_gateway_name = 128;
constexpr std::size_t longest_credential_name = 255;
constexpr std::size_t most_tokens = 64;
constexpr std::int64_t most_sessions = 64;
constexpr std::chrono::minutes longest_deadline(10);

bool absolute(const std::string& path) {
  return path.starts_with('/') && path.find('\0') == std::string::npos;
}

std::string read_path(JsonReader& in, const char* key) {
  std::string path = in.text(key);
  if (!absolute(path))
    in.refuse(key, "is not an absolute path", "write it from the root, beginning with /");
  return path;
}

/// Refuses `key` with the reason for which the file it names is not trusted.
void require_trusted(JsonReader& in, const std::string& key, const std::string& what,
                     const std::string& path) {
  if (auto trusted = check_trusted(what, path); !trusted)
    in.refuse(key, "is not usable: " + trusted.error().message, trusted.error().remedy);
}

/// The origin of a checkpoint: no space and no plus (C2SP tlog-checkpoint, signed-note).
bool is_gateway_name(const std::string& name) {
  return !name.empty() && name.size() <= longest_gateway_name &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '-' || c == '_' || c == '/';
         });
}

void read_name(JsonReader& in, GatewayConfig& config) {
  config.name = in.text("name");
  if (!is_gateway_name(config.name))
    in.refuse("name", "is not a name for a gateway",
              "use letters, digits, '.', '-', '_' and '/', for example \"gw.example.com\"");
}

void read_socket(JsonReader& in, GatewayConfig& config) {
  config.socket = in.optional_text("socket").value_or(default_gateway_socket);
  if (!absolute(config.socket))
    in.refuse("socket", "is not an absolute path", "write it from the root, beginning with /");
  if (config.socket.size() >= sizeof(sockaddr_un::sun_path))
    in.refuse("socket", "is too long for a Unix socket", "use at most 107 bytes");
  const auto mode = in.optional_text("socket_mode");
  if (!mode) return;
  const char* const end = mode->data() + mode->size();
  const auto [stop, code] = std::from_chars(mode->data(), end, config.socket_mode, 8);
  if (code != std::errc{} || stop != end || config.socket_mode > 0777)
    in.refuse("socket_mode", "is not the octal text of a mode", "write it like \"0660\"");
}

/// In the store's own folder it would be lost, or put back, together with the store.
void read_mark(JsonReader& in, GatewayConfig& config) {
  config.mark = in.optional_text("mark").value_or(default_mark);
  const auto folder = [](const std::string& path) { return path.substr(0, path.rfind('/') + 1); };
  if (!absolute(config.mark))
    in.refuse("mark", "is not an absolute path", "write it from the root, beginning with /");
  else if (folder(config.mark) == folder(config.store))
    in.refuse("mark", "is in the folder of the store",
              "name a file in another folder, best on another disk");
}

void read_backups(JsonReader& in, GatewayConfig& config) {
  config.backups = in.optional_text("backups").value_or("");
  if (!config.backups.empty() && !absolute(config.backups))
    in.refuse("backups", "is not an absolute path", "write it from the root, beginning with /");
}

void read_verify(JsonReader& in, GatewayConfig& config) {
  const std::string text = in.optional_text("verify").value_or("on");
  if (text != "on" && text != "off") in.refuse("verify", "is neither \"on\" nor \"off\"");
  config.verify = text != "off";
}

Result<hsm::PinSource> read_pin_command(JsonReader& in) {
  hsm::PinCommand command{in.texts("command")};
  const auto empty = [](const std::string& word) {
    return word.empty() || word.find('\0') != std::string::npos;
  };
  if (command.argv.empty() || std::any_of(command.argv.begin(), command.argv.end(), empty))
    in.refuse("command", "is not a list of words", "write [\"/path/of/program\", \"argument\"]");
  else if (!absolute(command.argv.front()))
    in.refuse("command/0", "is not an absolute path", "write it from the root, beginning with /");
  else
    require_trusted(in, "command/0", "PIN command", command.argv.front());
  if (auto ok = in.finish(); !ok) return fail(std::move(ok.error()));
  return command;
}

Result<hsm::PinSource> read_pin_credential(JsonReader& in) {
  hsm::PinCredential credential{in.text("credential")};
  const std::string& name = credential.name;
  if (name.empty() || name.size() > longest_credential_name || name == "." || name == ".." ||
      name.find_first_of(std::string("/\0", 2)) != std::string::npos)
    in.refuse("credential", "is not the name of a systemd credential",
              "use the name that stands in LoadCredential= of the unit");
  if (auto ok = in.finish(); !ok) return fail(std::move(ok.error()));
  return credential;
}

Result<hsm::PinSource> read_pin(const json& value, const std::string& pointer) {
  JsonReader in(value, pointer);
  const bool one = !value.is_object() || value.size() == 1;
  if (one && value.contains("command")) return read_pin_command(in);
  if (one && value.contains("credential")) return read_pin_credential(in);
  if (!one || !value.contains("file"))
    return fail(ErrorKind::invalid, "bad_field",
                pointer + " is not one of {\"file\": path}, {\"credential\": name} and " +
                    "{\"command\": [words]}",
                "keep exactly one of them; the PIN itself never stands in the config");
  hsm::PinFile file{read_path(in, "file")};
  if (auto ok = in.finish(); !ok) return fail(std::move(ok.error()));
  return file;
}

void read_library(JsonReader& in, hsm::TokenConfig& token) {
  token.library = read_path(in, "library");
  if (absolute(token.library)) require_trusted(in, "library", "token library", token.library);
  token.init_arguments = in.optional_text("init_arguments");
  if (token.init_arguments &&
      (token.init_arguments->empty() || token.init_arguments->find('\0') != std::string::npos))
    in.refuse("init_arguments", "is empty", "leave it out when the library needs none");
}

void read_deadline(JsonReader& in, hsm::TokenConfig& token) {
  const auto text = in.optional_text("deadline");
  if (!text) return;
  const auto deadline = parse_duration(*text);
  if (deadline && *deadline <= longest_deadline)
    token.deadline = *deadline;
  else
    in.refuse("deadline", "is not a duration of one second to ten minutes",
              "write it like \"30s\"");
}

Result<hsm::TokenConfig> read_token(const json& value, const std::string& pointer) {
  hsm::TokenConfig token;
  JsonReader in(value, pointer);
  token.name = in.text("name");
  if (auto named = check_name("token name", token.name); !named)
    in.refuse("name", "is not a name: " + named.error().message, named.error().remedy);
  read_library(in, token);
  token.label = in.optional_text("label").value_or(token.name);
  if (token.label.empty() || token.label.size() > longest_name)
    in.refuse("label", "is not a token label of 1 to 32 bytes",
              "use the label that the token's own tools show, without trailing blanks");
  token.serial = in.optional_text("serial");
  if (token.serial && token.serial->empty())
    in.refuse("serial", "is empty", "leave it out when one token bears the label");
  token.sessions = static_cast<unsigned>(
      in.optional_integer("sessions", 1, most_sessions).value_or(token.sessions));
  token.serialise = in.flag("serialise", token.serialise);
  read_deadline(in, token);
  const json* const pin = in.any("pin");
  if (pin == nullptr) in.refuse("pin", "is missing", "say {\"file\": path} for example");
  if (auto ok = in.finish(); !ok) return fail(std::move(ok.error()));
  auto source = read_pin(*pin, pointer + "/pin");
  if (!source) return fail(std::move(source.error()));
  token.pin = std::move(*source);
  return token;
}

Result<std::vector<hsm::TokenConfig>> read_tokens(const json& list) {
  if (!list.is_array() || list.empty() || list.size() > most_tokens)
    return fail(ErrorKind::invalid, "bad_field", "/tokens is not a list of 1 to 64 tokens",
                "describe each token with name, library and pin");
  std::vector<hsm::TokenConfig> tokens;
  std::set<std::string> names;
  for (const json& each : list) {
    const std::string pointer = "/tokens/" + std::to_string(tokens.size());
    auto token = read_token(each, pointer);
    if (!token) return fail(std::move(token.error()));
    if (!names.insert(fold_case(token->name)).second)
      return fail(ErrorKind::invalid, "bad_field",
                  pointer + "/name \"" + token->name + "\" is the name of another token too",
                  "give each token its own name; upper and lower case are the same");
    tokens.push_back(std::move(*token));
  }
  return tokens;
}

Result<GatewayConfig> read_document(const json& document) {
  GatewayConfig config;
  JsonReader in(document, "");
  read_name(in, config);
  read_socket(in, config);
  config.store = read_path(in, "store");
  read_mark(in, config);
  read_backups(in, config);
  config.log_key = read_path(in, "log_key");
  read_verify(in, config);
  const json* const tokens = in.any("tokens");
  if (tokens == nullptr) in.refuse("tokens", "is missing", "list at least one token");
  if (auto ok = in.finish(); !ok) return fail(std::move(ok.error()));
  auto read = read_tokens(*tokens);
  if (!read) return fail(std::move(read.error()));
  config.tokens = std::move(*read);
  return config;
}

}  // namespace

Result<GatewayConfig> read_gateway_config(const std::string& path) {
  if (!absolute(path))
    return fail(ErrorKind::invalid, "bad_path", "gateway config " + path + " is a relative path",
                "write it from the root, beginning with /");
  const auto text = read_trusted_file("gateway config", path);
  if (!text) return fail(text.error());
  const auto document = wire::parse_object(*text);
  if (!document) return fail_in_file(path, document.error());
  auto config = read_document(*document);
  if (!config) return fail_in_file(path, std::move(config.error()));
  config->path = path;
  return config;
}

}  // namespace countersign::server
