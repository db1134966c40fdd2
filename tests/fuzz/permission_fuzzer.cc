// Permission strings, one on a line, as a role would hold them: what is read stays as it was
// written, and no string conveys what only membership gives.
#include "policy/model/permissions/right_decision.h"
#include "policy/model/permissions/role_strings.h"
#include "tests/fuzz/fuzzing.h"

using namespace countersign;

namespace {

void check(const Permission& permission, const std::string& text) {
  fuzz::insist(permission.text() == text, "a permission that is not what was written");
  const auto covering = permission.covering();
  fuzz::insist(!covering.empty() && covering.front().text() == "/" && covering.back() == permission,
               "strings above that do not lead from the root to the string");
  for (const Permission& each : covering) {
    const auto again = Permission::parse(each.text());
    fuzz::insist(again && *again == each && each.covers(permission), "a string above that is none");
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Permission root = *Permission::parse("/");
  std::vector<std::string> lines(1);
  for (const char each : fuzz::text_of({data, size})) {
    if (each == '\n')
      lines.emplace_back();
    else
      lines.back().push_back(each);
  }
  HeldRights held;
  for (const std::string& line : lines) {
    const auto permission = Permission::parse(line);
    if (!permission) continue;
    check(*permission, line);
    held.strings.push_back({{}, "role", "Global", {root}, *permission});
  }
  for (const HeldString& each : held.strings) {
    const bool allowed = decide_right({each.string, std::nullopt}, held).allowed;
    fuzz::insist(allowed != each.string.entry().by_membership, "a right that is not as held");
  }
  if (const auto role = read_role_strings(lines, std::span(&root, 1)))
    for (const Permission& each : *role)
      fuzz::insist(!each.entry().by_membership, "a role that holds what only membership gives");
  return 0;
}
