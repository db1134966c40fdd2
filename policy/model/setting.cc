#include "policy/model/setting.h"

#include <algorithm>
#include <array>

#include "core/duration.h"
#include "core/text.h"

namespace countersign {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

constexpr std::array table{
    Setting{setting::enrolment_code_lifetime, SettingArea::system, hours(24), minutes(10), days(7),
            "How long an enrolment code can be traded for a token"},
    Setting{setting::change_lifetime, SettingArea::system, days(7), hours(1), days(90),
            "How long a change waits for consent"},
    Setting{setting::longest_token_lifetime, SettingArea::system, days(366), hours(1), days(366),
            "How long a bearer token lives at most"},
    Setting{setting::token_lifetime, SettingArea::application, days(90), minutes(1), days(366),
            "How long a bearer token lives when nobody says"},
    Setting{setting::unused_after, SettingArea::application, days(90), days(1), days(3650),
            "After what time access review calls a right unused when nobody says"},
};

}  // namespace

std::span<const Setting> settings() {
  return table;
}

const Setting* find_setting(std::string_view name) {
  const auto found = std::ranges::find(table, name, &Setting::name);
  return found == table.end() ? nullptr : &*found;
}

Result<Milliseconds> setting_value(const Setting& setting, const std::string& text) {
  const auto duration = parse_duration(text);
  if (!duration || *duration < setting.least || *duration > setting.most)
    return fail(ErrorKind::invalid, "bad_setting",
                std::string(setting.name) + " cannot be \"" + printable(text) + "\"",
                "write a duration from " + to_text(setting.least) + " to " + to_text(setting.most));
  return *duration;
}

std::string_view right_to_read(const Setting& setting) {
  return setting.area == SettingArea::system ? "/system_settings/read/"
                                             : "/application_settings/read/";
}

std::string_view right_to_modify(const Setting& setting) {
  return setting.area == SettingArea::system ? "/system_settings/modify/"
                                             : "/application_settings/modify/";
}

std::string_view to_text(SettingArea area) {
  return area == SettingArea::system ? "system" : "application";
}

}  // namespace countersign
