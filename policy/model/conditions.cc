#include "policy/model/conditions.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/text.h"
#include "policy/model/document_list.h"

namespace countersign {
namespace {

constexpr std::size_t most_windows = 100;

std::vector<std::string> read_networks(JsonReader& in) {
  std::vector<std::string> networks = in.texts("networks");
  for (const std::string& each : networks)
    if (each != local_network)
      in.refuse("networks", "names " + printable(each) + ", where nobody can call from",
                "callers come over the Unix socket, whose network is \"local\"");
  if (networks.size() != 1) in.refuse("networks", "has to be [\"local\"], or is left out");
  return networks;
}

/// Moves what was read into `to`.
template <class T, class To>
Status take(Result<T> read, To& to) {
  if (!read) return fail(std::move(read.error()));
  to = std::move(*read);
  return {};
}

}  // namespace

Result<Conditions> read_conditions(JsonReader& in, const std::string& pointer) {
  Conditions conditions;
  if (in.any("networks") != nullptr) conditions.networks = read_networks(in);
  const nlohmann::json* const hours = in.any("hours");
  const nlohmann::json* const windows = in.any("freeze_windows");
  const nlohmann::json* const rates = in.any("rates");
  Status good;
  if (hours != nullptr)
    good = take(opening_hours_from_json(*hours, pointer + "/hours"), conditions.hours);
  if (good && windows != nullptr)
    good = take(
        read_list(*windows, pointer + "/freeze_windows", most_windows, freeze_window_from_json),
        conditions.freeze_windows);
  if (good && rates != nullptr)
    good = take(rates_from_json(*rates, pointer + "/rates"), conditions.rates);
  if (!good) return fail(std::move(good.error()));
  return conditions;
}

void write_conditions(const Conditions& conditions, nlohmann::json& document) {
  if (conditions.networks) document["networks"] = *conditions.networks;
  if (conditions.hours) document["hours"] = to_json(*conditions.hours);
  if (!conditions.freeze_windows.empty())
    document["freeze_windows"] = list_to_json(conditions.freeze_windows);
  if (!conditions.rates.empty()) document["rates"] = list_to_json(conditions.rates);
}

bool ask_less(const Conditions& before, const Conditions& after, Time now) {
  const bool more_networks = before.networks && before.networks != after.networks;
  const bool more_hours = before.hours && (!after.hours || open_more(*before.hours, *after.hours));
  return more_networks || more_hours ||
         freeze_less(before.freeze_windows, after.freeze_windows, now) ||
         allow_more(before.rates, after.rates);
}

}  // namespace countersign
