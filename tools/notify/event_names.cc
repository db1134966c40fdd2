#include "tools/notify/event_names.h"

#include <algorithm>
#include <array>

#include "core/text.h"
#include "policy/model/log_record.h"
#include "policy/model/operation.h"

namespace countersign::notify {
namespace {

constexpr std::array others{record_kind::intent,
                            record_kind::outcome,
                            record_kind::signed_again,
                            record_kind::denied,
                            record_kind::denied_again,
                            record_kind::sign_in_failed,
                            record_kind::started,
                            record_kind::stopped,
                            record_kind::recovered,
                            record_kind::token_locked,
                            std::string_view("change.propose"),
                            std::string_view("change.effect"),
                            waiting_name,
                            expired_name};

/// Whether `pattern` means `name`.
bool means(std::string_view pattern, std::string_view name) {
  if (pattern == "*" || pattern == name) return true;
  return pattern.ends_with(".*") && name.starts_with(pattern.substr(0, pattern.size() - 1));
}

}  // namespace

Status check_event_pattern(std::string_view pattern) {
  const auto meant = [&](std::string_view name) { return means(pattern, name); };
  if (std::ranges::any_of(others, meant)) return {};
  for (const Operation& each : operations())
    if (each.writes && meant(each.name)) return {};
  return fail(ErrorKind::invalid, "bad_event",
              "\"" + printable(pattern.substr(0, longest_name)) + "\" is no event",
              "use names that `countersign log list` shows, \"request.*\" for example, or \"*\"");
}

bool wants(const std::vector<std::string>& patterns, std::string_view name) {
  return std::ranges::any_of(patterns,
                             [&](const std::string& pattern) { return means(pattern, name); });
}

}  // namespace countersign::notify
