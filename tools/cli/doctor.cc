// `countersign doctor`: looks at everything a signature needs, changes nothing.
#include <pwd.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "gateway/client/bearer_token.h"
#include "tools/cli/doctor/child.h"
#include "tools/cli/doctor/client_side.h"
#include "tools/cli/doctor/finding.h"
#include "tools/cli/doctor/gateway_side.h"
#include "tools/cli/doctor/gateway_views.h"
#include "tools/cli/gateway_config_path.h"
#include "tools/cli/nouns.h"
#include "tools/cli/session.h"
#include "tools/cli/table.h"

namespace countersign {
namespace doctor {
namespace {

using nlohmann::json;

const std::vector<Column> columns = {
    {"STATE", "state"}, {"CHECK", "check"}, {"FOUND", "finding"}, {"TO MEND IT", "mend"}};

void add(Findings& all, Findings more) {
  for (Finding& each : more) all.push_back(std::move(each));
}

/// The module that belongs to this program: installed, or in the same build.
std::string module_path(const char* name) {
  std::error_code none;
  const auto here = std::filesystem::read_symlink("/proc/self/exe", none).parent_path();
  const auto built = here.parent_path() / "lib" / name;
  if (std::filesystem::exists(built, none)) return built.string();
  return std::string(COUNTERSIGN_P11KIT_MODULES) + "/" + name;
}

Findings check_tokens(Session& session) {
  const auto answer = session.perform("hsm.list", {}, nullptr);
  if (!answer && answer.error().kind == ErrorKind::denied)
    return {not_seen("tokens", "only product admins see them",
                     "set COUNTERSIGN_TOKEN to one's token, or ask one to run this")};
  if (!answer) return {failed("tokens", answer.error())};
  Findings all;
  for (const json& each : field_of(*answer, "hsms")) add(all, check_token(each));
  return all;
}

Findings check_signer(Session& session, const json& signer) {
  const std::string name = field_text(signer, "name");
  Findings all;
  if (field_text(signer, "state") != "active")
    all.push_back(warning("signer " + name,
                          field_text(signer, "state") + ": " + field_text(signer, "state_reason"),
                          "run: countersign signer unfreeze " + name + " --reason TEXT"));
  const auto key = session.perform("signer.check", {{"signer", name}}, nullptr);
  if (key)
    all.push_back(fine("key of " + name, "the pinned one, on the token"));
  else
    all.push_back(failed("key of " + name, key.error()));
  all.push_back(check_certificates(signer, SystemClock().now()));
  return all;
}

Findings check_signers(Session& session) {
  Findings all;
  OperationArguments page;
  while (true) {
    const auto answer = session.perform("signer.list", page, nullptr);
    if (!answer) {
      all.push_back(failed("signers", answer.error()));
      return all;
    }
    const json& signers = field_of(*answer, "signers");
    for (const json& each : signers) add(all, check_signer(session, each));
    if (field_text(*answer, "more") != "yes" || signers.empty()) return all;
    page["after"] = field_text(signers.back(), "id");
  }
}

bool is_about_the_store(const Error& error) {
  return error.code.starts_with("store_") || error.code.starts_with("log_") ||
         error.code.starts_with("tree_head_");
}

/// What the gateway says of itself: an answer has come out of its store, and a daemon's store
/// answers only while it agrees with its mark.
Findings check_running_gateway(Session& session) {
  const auto status = session.perform("gateway.status", {}, nullptr);
  if (!status && status.error().code == "recovery_needed")
    return {failed("high-water mark", status.error())};
  if (!status && is_about_the_store(status.error())) return {failed("store", status.error())};
  if (!status && status.error().kind == ErrorKind::unavailable)
    return {failed("gateway", status.error().message,
                   "run: systemctl restart countersignd; why it stopped: journalctl -u "
                   "countersignd")};
  if (!status && status.error().kind == ErrorKind::unauthenticated && geteuid() == 0 &&
      !bearer_token_from_environment())
    return {not_seen("gateway", "it answers, but root needs no account and has none",
                     "to see more, set COUNTERSIGN_TOKEN to the token of an account")};
  if (!status) return {failed("gateway", status.error())};
  Findings all{check_gateway(*status), fine("store", "answers"),
               check_clock(*status, SystemClock().now())};
  add(all, check_tokens(session));
  add(all, check_signers(session));
  return all;
}

/// Its files can be judged by the gateway's own user only; root becomes that user.
Findings check_gateway_files(const std::string& path, const ClientConfig& client) {
  const passwd* const self = getpwuid(geteuid());  // NOLINT(concurrency-mt-unsafe)
  const bool own = self != nullptr && self->pw_name == client.gateway_user;
  if (geteuid() != 0 && !own)
    return {not_seen("gateway config", "only root and " + client.gateway_user + " see it",
                     "run: sudo countersign doctor")};
  return look_in_child("gateway config", "see countersign-gateway.json(5)",
                       own ? std::nullopt : std::optional(client.gateway_user),
                       [&] { return check_gateway_config(path, client.socket); });
}

Findings check_module_at(const std::string& path) {
  return look_in_child("module", "run: cmake --install build/release", std::nullopt,
                       [&] { return check_module(path); });
}

/// Everything between a caller and the daemon that he asks.
Findings check_daemon(const Arguments& arguments, const ClientConfig& client, Session& session) {
  Findings all{check_registration({COUNTERSIGN_P11KIT_CONFIGS, "/etc/pkcs11/modules"},
                                  COUNTERSIGN_P11KIT_MODULES),
               check_socket(client)};
  add(all, check_gateway_files(gateway_config_path(arguments), client));
  add(all, check_module_at(module_path("libcountersign.so")));
  add(all, check_running_gateway(session));
  return all;
}

/// The gateway is in the caller's own process: its files are his, and nobody listens anywhere.
Findings check_embedded(const std::string& path, Session& session) {
  Findings all{fine("shape", "embedded: the gateway is in each tool's own process")};
  add(all, look_in_child("gateway config", "see countersign-gateway.json(5)", std::nullopt,
                         [&] { return check_embedded_config(path); }));
  add(all, check_module_at(module_path("libcountersign-embedded.so")));
  add(all, check_running_gateway(session));
  return all;
}

Result<ExitCode> examine(const Arguments& arguments, Session& session) {
  const auto config = read_client_config();
  Findings all{check_client_config(config)};
  if (config) {
    const std::string embedded = embedded_gateway_config(*config);
    add(all, embedded.empty() ? check_daemon(arguments, *config, session)
                              : check_embedded(embedded, session));
  }
  const json answer = to_json(all);
  session.print(answer, table_text(field_of(answer, "checks"), columns));
  return any_failed(all) ? ExitCode::internal : ExitCode::ok;
}

}  // namespace
}  // namespace doctor

std::vector<Verb> doctor_verbs() {
  return {{"doctor",
           "See whether everything that signing needs is in order, and say how to mend what is not",
           nullptr,
           {option("--config", "FILE", "The gateway's configuration")},
           "countersign doctor",
           doctor::examine}};
}

}  // namespace countersign
