#include <nlohmann/json.hpp>

#include "core/duration.h"
#include "core/json_reader.h"
#include "gateway/server/handlers.h"
#include "policy/access.h"
#include "policy/settings.h"

namespace countersign::server {

using nlohmann::json;

namespace {

json setting_json(Transaction& transaction, const Setting& setting) {
  return {{"name", setting.name},
          {"area", to_text(setting.area)},
          {"value", to_text(setting_in(transaction, setting.name))},
          {"default", to_text(setting.otherwise)},
          {"least", to_text(setting.least)},
          {"most", to_text(setting.most)},
          {"summary", setting.summary}};
}

}  // namespace

Result<json> show_settings_call(Call& call) {
  json all = json::array();
  for (const Setting& each : settings())
    if (may(call.transaction, call.caller, right_to_read(each)))
      all.push_back(setting_json(call.transaction, each));
  return json{{"settings", std::move(all)}};
}

Result<json> set_setting_call(Call& call) {
  JsonReader in(call.body, "");
  const std::string value = in.text("value");
  if (auto good = in.finish(); !good) return fail(good.error());
  const auto setting = set_setting(call.transaction, call.caller, call.parts.at("setting"), value);
  if (!setting) return fail(setting.error());
  return json{{"setting", setting_json(call.transaction, **setting)}};
}

}  // namespace countersign::server
