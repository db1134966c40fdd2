#include "policy/model/permissions/role_strings.h"

#include <algorithm>

namespace countersign {
namespace {

Status check_source(const Permission& string) {
  if (!string.entry().by_membership) return {};
  return fail(ErrorKind::invalid, "by_membership",
              "\"" + string.text() + "\" comes from membership only; no role conveys it",
              "give the account or group a role on the " +
                  std::string(to_text(string.entry().level)) + " itself");
}

Status check_cap(const Permission& string, std::span<const Permission> cap) {
  if (std::ranges::any_of(cap, [&](const Permission& each) { return each.covers(string); }))
    return {};
  return fail(ErrorKind::denied, "outside_permission_set",
              "\"" + string.text() + "\" is outside the role's permission set",
              "leave it out, or use a permission set that holds it");
}

/// The error when two of `strings` give the same.
Status check_covered(std::span<const Permission> strings) {
  for (std::size_t above = 0; above < strings.size(); ++above)
    for (std::size_t below = 0; below < strings.size(); ++below)
      if (above != below && strings[above].covers(strings[below]))
        return fail(ErrorKind::invalid, "covered_permission",
                    "\"" + strings[below].text() + "\" is covered by \"" + strings[above].text() +
                        "\" among the same strings",
                    "leave one of the two out");
  return {};
}

}  // namespace

Result<std::vector<Permission>> read_role_strings(std::span<const std::string> strings,
                                                  std::span<const Permission> cap) {
  if (strings.size() > most_role_strings)
    return fail(ErrorKind::invalid, "too_many_permissions",
                std::to_string(strings.size()) + " strings are too many",
                "use at most " + std::to_string(most_role_strings));
  std::vector<Permission> read;
  for (const std::string& each : strings) {
    auto string = Permission::parse(each);
    if (!string) return fail(std::move(string.error()));
    if (auto good = check_source(*string); !good) return fail(std::move(good.error()));
    if (auto good = check_cap(*string, cap); !good) return fail(std::move(good.error()));
    read.push_back(std::move(*string));
  }
  if (auto good = check_covered(read); !good) return fail(std::move(good.error()));
  return read;
}

std::vector<Permission> without_operations(std::span<const Permission> strings) {
  std::vector<Permission> without;
  std::ranges::copy_if(strings, std::back_inserter(without), [](const Permission& each) {
    return operations_behind(each.entry()).empty();
  });
  return without;
}

}  // namespace countersign
