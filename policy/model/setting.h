// What can be set of a gateway while it runs: each setting with its bounds, in one table.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/result.h"

namespace countersign {

/// Which of the two areas of settings, and so which permission strings, a setting belongs to.
enum class SettingArea { system, application };

/// A setting is a duration.
struct Setting {
  std::string_view name;
  SettingArea area;
  Milliseconds otherwise;  ///< where nothing was set
  Milliseconds least;
  Milliseconds most;
  std::string_view summary;  ///< one line
};

std::span<const Setting> settings();
/// Null when there is none of that name.
const Setting* find_setting(std::string_view name);

namespace setting {
inline constexpr std::string_view enrolment_code_lifetime = "enrolment_code_lifetime";
inline constexpr std::string_view change_lifetime = "change_lifetime";
inline constexpr std::string_view longest_token_lifetime = "longest_token_lifetime";
inline constexpr std::string_view token_lifetime = "token_lifetime";
inline constexpr std::string_view unused_after = "unused_after";
}  // namespace setting

/// Errors: `bad_setting` (no duration, or outside the bounds).
Result<Milliseconds> setting_value(const Setting& setting, const std::string& text);

/// "/system_settings/read/" and the like.
std::string_view right_to_read(const Setting& setting);
std::string_view right_to_modify(const Setting& setting);
/// "system", "application".
std::string_view to_text(SettingArea area);

}  // namespace countersign
