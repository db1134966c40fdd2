#include "tools/cli/doctor/gateway_views.h"

#include <nlohmann/json.hpp>
#include <string>

#include "tools/cli/table.h"

namespace countersign::doctor {
namespace {

using nlohmann::json;

/// Clocks that are kept by NTP differ by less; what separates them besides is one call.
constexpr std::chrono::seconds tolerance(5);
constexpr const char* set_the_clock = "run: timedatectl set-ntp true";

Time time_in(const json& answer, const char* field) {
  const json& value = field_of(answer, field);
  return value.is_number_integer() ? from_unix_ms(value.get<std::int64_t>()) : Time{};
}

std::string seconds(Milliseconds span) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(span).count()) +
         " seconds";
}

}  // namespace

Finding check_gateway(const json& status) {
  const std::string version = field_text(status, "version");
  const std::string told = "version " + version + ", knows you as " + field_text(status, "account");
  if (version != COUNTERSIGN_VERSION)
    return warning("gateway", told + "; this is version " COUNTERSIGN_VERSION,
                   "run: systemctl restart countersignd");
  return fine("gateway", told);
}

Finding check_clock(const json& status, Time now) {
  const Time clock = time_in(status, "clock_ms");
  const Time latest = time_in(status, "latest_ms");
  if (latest - clock > tolerance)
    return failed("clock",
                  "the gateway's clock is " + seconds(latest - clock) +
                      " behind the latest time its store has seen: approvals do not end until then",
                  set_the_clock);
  const Milliseconds apart = now > clock ? now - clock : clock - now;
  if (apart > tolerance)
    return warning("clock", "the gateway's clock and this host's are " + seconds(apart) + " apart",
                   set_the_clock);
  return fine("clock", to_rfc3339(clock));
}

Findings check_token(const json& hsm) {
  const std::string name = field_text(hsm, "name");
  const std::string token = "token " + name;
  const std::string pin = "PIN of " + name;
  const std::string state = field_text(hsm, "state");
  const std::string message = field_text(hsm, "message");
  if (state == "ready")
    return {fine(token, field_text(hsm, "library")), fine(pin, "the token takes it")};
  const std::string again = "run: countersign hsm retry " + name;
  if (state == "locked")
    return {fine(token, field_text(hsm, "library")),
            failed(pin, message, "correct what \"pin\" in gateway.json names, then " + again)};
  return {failed(token, message, "mend that, then " + again),
          not_seen(pin, "the token was not reached", "")};
}

}  // namespace countersign::doctor
