#include "policy/model/opening_hours.h"

#include <date/tz.h>

#include <algorithm>
#include <bitset>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "core/json_reader.h"
#include "policy/model/document_list.h"

namespace countersign {
namespace {

using std::chrono::minutes;
using Week = std::bitset<std::size_t{7} * 24 * 60>;

constexpr std::array<const char*, 7> day_names{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr std::size_t most_spans = 50;
constexpr std::size_t longest_zone = 64;
constexpr minutes whole_day = std::chrono::hours(24);
constexpr int days_ahead = 8;

const date::time_zone* find_zone(const std::string& name) {
  try {
    return date::locate_zone(name);
  } catch (const std::runtime_error&) {  // how the library says that there is none
    return nullptr;
  }
}

std::size_t day_of(date::local_days day) {
  return date::weekday(day).iso_encoding() - 1;
}

bool shows_open(const OpeningHours& hours, date::local_time<Milliseconds> local) {
  const auto day = date::floor<date::days>(local);
  const Milliseconds since = local - day;
  return std::ranges::any_of(hours.open, [&](const OpenSpan& span) {
    return span.days.at(day_of(day)) && since >= span.from && since < span.until;
  });
}

std::optional<minutes> parse_minute(const std::string& text) {
  constexpr std::string_view shape = "00:00";
  if (text.size() != shape.size()) return std::nullopt;
  for (std::size_t i = 0; i < shape.size(); ++i)
    if (i == 2 ? text[i] != ':' : text[i] < '0' || text[i] > '9') return std::nullopt;
  const minutes parsed = std::chrono::hours(10 * (text[0] - '0') + (text[1] - '0')) +
                         minutes(10 * (text[3] - '0') + (text[4] - '0'));
  if (text[3] > '5' || parsed > whole_day) return std::nullopt;
  return parsed;
}

std::string minute_text(minutes minute) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%02d:%02d", static_cast<int>(minute.count() / 60),
                static_cast<int>(minute.count() % 60));
  return text.data();
}

minutes read_minute(JsonReader& in, const char* name) {
  const auto minute = parse_minute(in.text(name));
  if (!minute) in.refuse(name, "is no time of day", "write it like \"08:30\"");
  return minute.value_or(minutes{});
}

Result<OpenSpan> span_from_json(const nlohmann::json& document, const std::string& pointer) {
  JsonReader in(document, pointer);
  OpenSpan span;
  for (const std::string& each : in.texts("days")) {
    const auto found = std::ranges::find(day_names, each);
    if (found == day_names.end()) {
      in.refuse("days", "has one that is none of mon, tue, wed, thu, fri, sat, sun");
      break;
    }
    bool& day = span.days.at(static_cast<std::size_t>(found - day_names.begin()));
    if (day) in.refuse("days", "names " + each + " twice");
    day = true;
  }
  if (std::ranges::count(span.days, true) == 0) in.refuse("days", "names no day");
  span.from = read_minute(in, "from");
  span.until = read_minute(in, "until");
  if (span.until <= span.from)
    in.refuse("until", "is not after from", "write what goes past midnight as two entries");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return span;
}

nlohmann::json to_json(const OpenSpan& span) {
  auto days = nlohmann::json::array();
  for (std::size_t i = 0; i < span.days.size(); ++i)
    if (span.days.at(i)) days.push_back(day_names.at(i));
  return {{"days", days}, {"from", minute_text(span.from)}, {"until", minute_text(span.until)}};
}

Week week_of(const OpeningHours& hours) {
  Week week;
  for (const OpenSpan& span : hours.open)
    for (std::size_t day = 0; day < span.days.size(); ++day)
      for (minutes at = span.from; span.days.at(day) && at < span.until; ++at)
        week.set(day * static_cast<std::size_t>(whole_day.count()) +
                 static_cast<std::size_t>(at.count()));
  return week;
}

}  // namespace

bool is_time_zone(const std::string& name) {
  return find_zone(name) != nullptr;
}

bool OpeningHours::is_open(Time time) const {
  const date::time_zone* const rules = find_zone(zone);
  return rules != nullptr && shows_open(*this, rules->to_local(time));
}

/// It opens where a span begins, or where the clocks are put forward into one or back into one.
std::optional<Time> OpeningHours::next_open(Time time) const {
  const date::time_zone* const rules = find_zone(zone);
  if (rules == nullptr) return std::nullopt;
  std::optional<Time> soonest;
  const auto consider = [&](Time at) {
    if (at > time && (!soonest || at < *soonest) && is_open(at)) soonest = at;
  };
  const auto today = date::floor<date::days>(rules->to_local(time));
  for (int day = 0; day <= days_ahead; ++day)
    for (const OpenSpan& span : open)
      for (const auto choice : {date::choose::earliest, date::choose::latest})
        consider(
            date::floor<Milliseconds>(rules->to_sys(today + date::days(day) + span.from, choice)));
  const auto changes = rules->get_info(time).end;
  if (changes < time + std::chrono::days(days_ahead)) consider(changes);
  return soonest;
}

Result<OpeningHours> opening_hours_from_json(const nlohmann::json& document,
                                             const std::string& pointer) {
  JsonReader in(document, pointer);
  OpeningHours hours;
  hours.zone = in.text("zone");
  const nlohmann::json* const open = in.any("open");
  if (hours.zone.empty() || hours.zone.size() > longest_zone)
    in.refuse("zone", "is no time zone", "write it like \"Europe/Berlin\" or \"UTC\"");
  if (open == nullptr) in.refuse("open", "is missing", "say when signatures may be made");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  auto spans = read_list(*open, pointer + "/open", most_spans, span_from_json);
  if (!spans) return fail(std::move(spans.error()));
  hours.open = std::move(*spans);
  return hours;
}

nlohmann::json to_json(const OpeningHours& hours) {
  auto open = nlohmann::json::array();
  for (const OpenSpan& each : hours.open) open.push_back(to_json(each));
  return {{"zone", hours.zone}, {"open", std::move(open)}};
}

bool open_more(const OpeningHours& before, const OpeningHours& after) {
  return before.zone != after.zone || (week_of(after) & ~week_of(before)).any();
}

}  // namespace countersign
