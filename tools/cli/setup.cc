#include <openssl/crypto.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/public_key.h"
#include "core/text.h"
#include "tools/cli/file_signing.h"
#include "tools/cli/nouns.h"
#include "tools/cli/session.h"
#include "tools/cli/tool_lines.h"

namespace countersign {
namespace {

Result<Tool> find_tool(const std::string& name) {
  const auto found = std::ranges::find(tools(), name, &Tool::name);
  if (found != tools().end()) return *found;
  std::string known;
  for (const Tool& each : tools()) known += (known.empty() ? "" : ", ") + std::string(each.name);
  return fail(ErrorKind::invalid, "unknown_tool", "\"" + printable(name) + "\" is not known here",
              "use one of: " + known);
}

/// The module of that name that belongs to this program: of the same build, else where it was
/// installed.
Result<std::string> find_module(const std::string& name) {
  std::error_code error;
  const auto folder = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
  for (const char* const place : {"../lib", COUNTERSIGN_P11KIT_MODULES}) {
    const auto path = std::filesystem::weakly_canonical(folder / place / name, error);
    if (!error && std::filesystem::exists(path, error)) return path.string();
  }
  return fail(ErrorKind::not_found, "module_not_found",
              name + " is not where it belongs beside " + printable(folder.string()),
              "install it again");
}

/// libp11's engine, in the folder in which this machine's OpenSSL looks for engines.
std::string engine_path() {
  const char* const folder = OPENSSL_info(OPENSSL_INFO_ENGINES_DIR);
  return std::string(folder == nullptr ? "" : folder) + "/pkcs11.so";
}

nlohmann::json to_json(const Tool& tool, const ToolFacts& facts) {
  nlohmann::json lines = nlohmann::json::array();
  for (const ToolLine& each : tool.lines(facts))
    lines.push_back({{"what", each.what}, {"command", each.command}, {"windows", each.on_windows}});
  return {{"tool", tool.name},
          {"signer", facts.signer},
          {"package", tool.package},
          {"lines", std::move(lines)}};
}

std::string to_text(const Tool& tool, const ToolFacts& facts) {
  std::string text = "# Package: " + std::string(tool.package) + "\n";
  for (const ToolLine& each : tool.lines(facts))
    text +=
        "\n# " + each.what + (each.on_windows ? " (on Windows)" : "") + "\n" + each.command + "\n";
  return text;
}

Result<ExitCode> setup(const Arguments& arguments, Session& session) {
  const auto tool = find_tool(arguments.text("TOOL"));
  if (!tool) return fail(tool.error());
  const auto signer = find_signer(session, arguments.text("SIGNER"));
  if (!signer) return fail(signer.error());
  auto module =
      find_module(session.embedded() ? "libcountersign-embedded.so" : "libcountersign.so");
  if (!module) return fail(module.error());
  const auto key = PublicKey::from_der(signer->public_key);
  if (!key) return fail(key.error());
  if (key->type() == KeyType::ed25519 && !tool->ed25519)
    return fail(ErrorKind::invalid, "tool_without_ed25519",
                std::string(tool->name) + " cannot sign with an Ed25519 key on a token",
                "use pkcs11-tool or `countersign sign`, or a signer with another key");
  const ToolFacts facts{std::move(*module), engine_path(), signer->name, signer->slot, key->type()};
  return session.print(to_json(*tool, facts), to_text(*tool, facts));
}

}  // namespace

std::vector<Verb> setup_verbs() {
  return {{"setup",
           "Print the command lines of a signing tool for a signer on this machine",
           nullptr,
           {word("TOOL",
                 "gnutls, jarsigner, openssl, osslsigncode, pkcs11-tool, sbsign, signtool "
                 "or ssh-keygen"),
            word("SIGNER", "Name of the signer")},
           "countersign setup openssl release",
           setup}};
}

}  // namespace countersign
