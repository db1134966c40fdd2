// The one offline verb: it works on the store itself, as the user the daemon will run as.
#include <nlohmann/json.hpp>

#include "core/text.h"
#include "gateway/server/gateway_config.h"
#include "gateway/server/store_setup.h"
#include "tools/cli/gateway_config_path.h"
#include "tools/cli/nouns.h"
#include "tools/cli/session.h"

namespace countersign {
namespace {

/// The enrolment code stands alone on stdout, as with `account create`.
Result<ExitCode> init(const Arguments& arguments, Session& session) {
  const std::string admin = arguments.text("--admin");
  const auto config = server::read_gateway_config(gateway_config_path(arguments));
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

}  // namespace

std::vector<Verb> init_verbs() {
  return {{"init",
           "Make the gateway's store and log key, offline, with a first product admin",
           nullptr,
           {required_option("--admin", "NAME", "Name of the first product admin"),
            option("--config", "FILE", "The gateway's configuration")},
           "countersign init --admin alex --config /etc/countersign/gateway.json",
           init}};
}

}  // namespace countersign
