#include "policy/model/change.h"

#include <algorithm>
#include <array>

namespace countersign {
namespace {

constexpr std::array<std::string_view, 6> names{"pending",   "applied", "rejected",
                                                "cancelled", "stale",   "expired"};

}  // namespace

std::string_view to_text(ChangeState state) {
  return names.at(static_cast<std::size_t>(state));
}

std::optional<ChangeState> change_state_from_text(std::string_view text) {
  const auto found = std::ranges::find(names, text);
  if (found == names.end()) return std::nullopt;
  return static_cast<ChangeState>(found - names.begin());
}

}  // namespace countersign
