#include <nlohmann/json.hpp>

#include "core/json_reader.h"
#include "core/rfc3339.h"
#include "core/text.h"
#include "gateway/server/handlers.h"
#include "gateway/server/json_views.h"
#include "policy/access.h"
#include "policy/freezes.h"

namespace countersign::server {

using nlohmann::json;

Time read_time(JsonReader& in, const char* name, std::optional<Time> otherwise) {
  const auto text = in.optional_text(name);
  if (!text && otherwise) return *otherwise;
  const auto time = parse_rfc3339(text.value_or(""));
  if (!time) in.refuse(name, "is no time in UTC", "write it like \"2026-12-20T18:00:00Z\"");
  return time.value_or(Time{});
}

Result<json> create_freeze_call(Call& call) {
  JsonReader in(call.body, "");
  FreezeWindow window;
  window.from = read_time(in, "from", call.transaction.now);
  window.until = read_time(in, "until", std::nullopt);
  window.reason = in.text("reason");
  if (auto good = in.finish(); !good) return fail(good.error());
  const auto freeze = create_freeze(call.transaction, call.caller, window);
  if (!freeze) return fail(freeze.error());
  return json{{"freeze", freeze_json(call.transaction, *freeze)}};
}

Result<json> list_freezes_call(Call& call) {
  json freezes = json::array();
  for (const ProductFreeze& each : call.transaction.freezes.list())
    freezes.push_back(freeze_json(call.transaction, each));
  return json{{"freezes", std::move(freezes)}};
}

Result<json> end_freeze_call(Call& call) {
  JsonReader in(call.body, "");
  const std::string reason = in.text("reason");
  if (auto good = in.finish(); !good) return fail(good.error());
  const auto number = whole_number(call.parts.at("freeze"));
  if (!number || !call.transaction.freezes.find(*number)) return no_such("freeze window");
  return submit_call(
      call, {"freeze.end", {{"freeze", *number}, {"reason", reason}}}, [&]() -> Result<json> {
        return json{
            {"freeze", freeze_json(call.transaction, *call.transaction.freezes.find(*number))}};
      });
}

}  // namespace countersign::server
