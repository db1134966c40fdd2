// The offline verbs: they work on the store itself, as the user the daemon runs as.
#include <nlohmann/json.hpp>

#include "core/text.h"
#include "gateway/server/gateway_config.h"
#include "gateway/server/store_recovery.h"
#include "gateway/server/store_setup.h"
#include "tools/cli/gateway_config_path.h"
#include "tools/cli/nouns.h"
#include "tools/cli/session.h"

namespace countersign {
namespace {

Result<server::GatewayConfig> read_config(const Arguments& arguments) {
  return server::read_gateway_config(gateway_config_path(arguments));
}

/// The enrolment code stands alone on stdout, as with `account create`.
Result<ExitCode> init(const Arguments& arguments, Session& session) {
  const std::string admin = arguments.text("--admin");
  const auto config = read_config(arguments);
  if (!config) return fail(config.error());
  const auto store = server::initialise_store(*config, admin);
  if (!store) return fail(store.error());
  session.note("store " + config->store + " made, with account " + admin);
  session.note("public key of the log, for `countersign log verify`: " +
               store->log_public_key_path);
  session.note("one-time enrolment code of " + admin + ", valid until " +
               to_rfc3339(store->code_expires) + ", for `countersign token create --enrol`:");
  return session.print({{"enrolment_code", store->enrolment_code.view()},
                        {"verifier_key", store->verifier_key},
                        {"log_public_key", store->log_public_key_path}},
                       std::string(store->enrolment_code.view()) + "\n");
}

Result<ExitCode> restore(const Arguments& arguments, Session& session) {
  const auto config = read_config(arguments);
  if (!config) return fail(config.error());
  const auto restored = server::restore_store(*config, arguments.text("FILE"));
  if (!restored) return fail(restored.error());
  nlohmann::json answer{{"store", config->store},
                        {"records", restored->records},
                        {"needs_recovery", restored->needs_recovery.has_value()}};
  if (restored->kept) {
    answer["replaced"] = *restored->kept;
    session.note("the replaced store is kept as " + *restored->kept);
  }
  if (restored->needs_recovery)
    session.note("nothing is signed yet: " + restored->needs_recovery->text());
  return session.print(answer, "store " + config->store + " restored, with " +
                                   std::to_string(restored->records) + " records\n");
}

Result<ExitCode> recover(const Arguments& arguments, Session& session) {
  const auto config = read_config(arguments);
  if (!config) return fail(config.error());
  const auto done = server::recover_gateway(*config, arguments.text("--reason"));
  if (!done) return fail(done.error());
  session.note(
      "look through members, tokens and policies before anybody unfreezes a signer: what "
      "was changed after the store was copied is lost");
  session.note(
      "then start countersignd again; an admin of each signer can run: countersign signer "
      "unfreeze SIGNER --reason ...");
  return session.print(
      {{"frozen", done->frozen}, {"ended", done->ended}},
      "recovered; requests ended: " + std::to_string(done->ended) +
          "; signers frozen: " + (done->frozen.empty() ? "none" : joined(done->frozen)) + "\n");
}

Parameter config_option() {
  return option("--config", "FILE", "The gateway's configuration");
}

}  // namespace

std::vector<Verb> offline_verbs() {
  return {{"init",
           "Make the gateway's store and log key, offline, with a first product admin",
           nullptr,
           {required_option("--admin", "NAME", "Name of the first product admin"), config_option()},
           "countersign init --admin alex --config /etc/countersign/gateway.json",
           init},
          {"store restore",
           "Put a backup in the store's place, offline, after checking it",
           nullptr,
           {word("FILE", "The backup"), config_option()},
           "countersign store restore /var/lib/countersign-backups/store.db",
           restore},
          {"recover",
           "Go on with an older store, offline: ends all requests, freezes all signers",
           nullptr,
           {required_option("--reason", "TEXT", "Why, for the log"), config_option()},
           "countersign recover --reason \"disk lost, restored from the backup of Monday\"",
           recover}};
}

}  // namespace countersign
