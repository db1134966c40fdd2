#include "policy/model/ceilings.h"

#include <nlohmann/json.hpp>

#include "core/duration.h"
#include "core/json_reader.h"

namespace countersign {
namespace {

constexpr std::int64_t most_signatures = 1'000'000;
constexpr std::int64_t most_active_requests = 1'000;
constexpr Milliseconds shortest_window = std::chrono::minutes(1);
constexpr Milliseconds longest_window = std::chrono::days(30);

Milliseconds read_window(JsonReader& in, const char* name) {
  const std::string text = in.text(name);
  const auto duration = parse_duration(text);
  if (!duration || *duration < shortest_window || *duration > longest_window)
    in.refuse(name, "is not a duration from 1m to 30d", "write it like \"8h\"");
  return duration.value_or(Milliseconds{});
}

}  // namespace

Result<Ceilings> ceilings_from_json(const nlohmann::json& document, const std::string& pointer) {
  JsonReader in(document, pointer);
  Ceilings ceilings;
  ceilings.signatures = in.integer("signatures", 1, most_signatures);
  ceilings.window = read_window(in, "window");
  ceilings.pending = read_window(in, "pending");
  ceilings.active_requests = in.optional_integer("active_requests", 1, most_active_requests);
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return ceilings;
}

nlohmann::json to_json(const Ceilings& ceilings) {
  nlohmann::json document{{"signatures", ceilings.signatures},
                          {"window", to_text(ceilings.window)},
                          {"pending", to_text(ceilings.pending)}};
  if (ceilings.active_requests) document["active_requests"] = *ceilings.active_requests;
  return document;
}

bool are_higher(const Ceilings& before, const Ceilings& after) {
  const bool more_active =
      before.active_requests &&
      (!after.active_requests || *after.active_requests > *before.active_requests);
  return after.signatures > before.signatures || after.window > before.window ||
         after.pending > before.pending || more_active;
}

}  // namespace countersign
