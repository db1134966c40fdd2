#include "policy/model/freeze_window.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/json_reader.h"
#include "core/rfc3339.h"
#include "core/text.h"

namespace countersign {
namespace {

Time read_time(JsonReader& in, const char* name) {
  const auto time = parse_rfc3339(in.text(name));
  if (!time) in.refuse(name, "is no time in UTC", "write it like \"2026-12-20T18:00:00Z\"");
  return time.value_or(Time{});
}

}  // namespace

Result<FreezeWindow> freeze_window_from_json(const nlohmann::json& document,
                                             const std::string& pointer) {
  JsonReader in(document, pointer);
  FreezeWindow window;
  window.from = read_time(in, "from");
  window.until = read_time(in, "until");
  window.reason = in.text("reason");
  if (window.until <= window.from) in.refuse("until", "is not after from");
  if (auto ok = check_text("the reason", window.reason); !ok)
    in.refuse("reason", ok.error().message);
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return window;
}

nlohmann::json to_json(const FreezeWindow& window) {
  return {{"from", to_rfc3339(window.from)},
          {"until", to_rfc3339(window.until)},
          {"reason", window.reason}};
}

const FreezeWindow* window_at(const std::vector<FreezeWindow>& windows, Time time) {
  const FreezeWindow* found = nullptr;
  for (const FreezeWindow& each : windows)
    if (each.holds(time) && (found == nullptr || each.until > found->until)) found = &each;
  return found;
}

Time end_of_freeze(const std::vector<FreezeWindow>& windows, Time time) {
  while (const FreezeWindow* const window = window_at(windows, time)) time = window->until;
  return time;
}

/// What is frozen begins to be free only where a window of `after` ends.
bool freeze_less(const std::vector<FreezeWindow>& before, const std::vector<FreezeWindow>& after,
                 Time now) {
  return std::ranges::any_of(before, [&](const FreezeWindow& window) {
    const Time from = std::max(window.from, now);
    return from < window.until && end_of_freeze(after, from) < window.until;
  });
}

}  // namespace countersign
