#include <nlohmann/json.hpp>

#include "core/clock.h"
#include "gateway/server/handlers.h"

namespace countersign::server {

using nlohmann::json;

Result<json> status_call(Call& call) {
  const Time clock = SystemClock().now();
  const Time latest = call.transaction.now;
  return json{{"version", COUNTERSIGN_VERSION}, {"account", call.caller.account.name},
              {"clock", to_rfc3339(clock)},     {"clock_ms", to_unix_ms(clock)},
              {"latest", to_rfc3339(latest)},   {"latest_ms", to_unix_ms(latest)}};
}

}  // namespace countersign::server
