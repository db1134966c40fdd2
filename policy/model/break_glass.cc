#include "policy/model/break_glass.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/duration.h"
#include "core/json_reader.h"
#include "policy/model/approval_step.h"

namespace countersign {
namespace {

constexpr std::int64_t most_emergency_signatures = 1'000;

/// The bounds of a duration, and how they are told.
struct DurationBounds {
  Milliseconds least;
  Milliseconds most;
  const char* text;
};
constexpr DurationBounds window_bounds{std::chrono::minutes(1), std::chrono::hours(24),
                                       "1m to 24h"};
constexpr DurationBounds review_bounds{std::chrono::hours(1), std::chrono::days(30), "1h to 30d"};

Milliseconds read_bounded(JsonReader& in, const char* name, const DurationBounds& bounds) {
  const auto duration = parse_duration(in.text(name));
  if (!duration || *duration < bounds.least || *duration > bounds.most)
    in.refuse(name, std::string("is not a duration from ") + bounds.text, "write it like \"2h\"");
  return duration.value_or(Milliseconds{});
}

bool are_among(const std::vector<std::string>& names, const std::vector<std::string>& all) {
  return std::ranges::all_of(names,
                             [&](const std::string& each) { return names_approver(all, each); });
}

}  // namespace

Result<BreakGlass> break_glass_from_json(const nlohmann::json& document,
                                         const std::string& pointer) {
  JsonReader in(document, pointer);
  BreakGlass glass;
  glass.members = read_approvers(in, "members").names;
  glass.reviewers = read_approvers(in, "reviewers").names;
  glass.signatures = in.integer("signatures", 1, most_emergency_signatures);
  glass.window = read_bounded(in, "window", window_bounds);
  const auto age = read_token_age(in);
  if (!age)
    in.refuse("token_younger_than", "is missing", "an emergency takes a fresh proof: \"15m\"");
  glass.token_younger_than = age.value_or(Milliseconds{});
  glass.review_within = read_bounded(in, "review_within", review_bounds);
  if (glass.members.size() == 1 && glass.members == glass.reviewers &&
      glass.members.front().find(':') == std::string::npos)
    in.refuse("reviewers", "names only the one who may sign, who cannot review it himself",
              "name somebody else");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return glass;
}

nlohmann::json to_json(const BreakGlass& glass) {
  return {{"members", glass.members},
          {"signatures", glass.signatures},
          {"window", countersign::to_text(glass.window)},
          {"token_younger_than", countersign::to_text(glass.token_younger_than)},
          {"reviewers", glass.reviewers},
          {"review_within", countersign::to_text(glass.review_within)}};
}

bool allows_more(const BreakGlass& before, const BreakGlass& after) {
  return !are_among(after.members, before.members) ||
         !are_among(after.reviewers, before.reviewers) || after.signatures > before.signatures ||
         after.window > before.window || after.token_younger_than > before.token_younger_than ||
         after.review_within > before.review_within;
}

}  // namespace countersign
