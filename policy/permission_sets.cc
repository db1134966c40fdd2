#include "policy/permission_sets.h"

#include <algorithm>

#include "core/text.h"
#include "policy/access.h"
#include "policy/gains.h"
#include "policy/model/permissions/role_strings.h"
#include "policy/role_rules.h"

namespace countersign {
namespace {

void record(Transaction& transaction, const Caller& caller, const char* operation,
            std::vector<std::pair<std::string, std::string>> data) {
  record_change(transaction, caller, operation, std::nullopt, std::nullopt, std::move(data));
}

Result<PermissionSet> read_set(const RoleWish& wish) {
  if (auto good = check_description(wish.description); !good) return fail(good.error());
  auto strings = read_role_strings(wish.strings, std::vector{*Permission::parse("/")});
  if (!strings) return fail(std::move(strings.error()));
  return PermissionSet{0, wish.name, wish.description, std::move(*strings)};
}

/// The set, if it is one that may be changed.
Result<PermissionSet> changeable_set(Transaction& transaction, const std::string& name) {
  auto set = transaction.roles.find_set(name);
  if (!set) return no_such("permission set");
  if (set->id == global_set)
    return fail(ErrorKind::conflict, "global_set", "the Global set stays as it is",
                "make a set of your own: countersign permission-set create");
  return std::move(*set);
}

/// Nothing that a role in the set holds may be left outside.
Status check_roles_fit(Transaction& transaction, const PermissionSet& set) {
  for (const RoleId id : transaction.roles.roles_in(set.id)) {
    const auto role = transaction.roles.find_role(id);
    for (const Permission& string : role->strings)
      if (std::ranges::none_of(set.strings,
                               [&](const Permission& cap) { return cap.covers(string); }))
        return fail(ErrorKind::conflict, "role_outside_set",
                    "the role " + role->name + " in the set holds \"" + string.text() + "\"",
                    "change that role first: countersign role change " + role->name);
  }
  return {};
}

}  // namespace

Result<PermissionSet> create_permission_set(Transaction& transaction, const Caller& caller,
                                            const RoleWish& wish) {
  if (auto good = check_holds_globally(transaction, caller); !good) return fail(good.error());
  if (auto good = check_name("permission set name", wish.name); !good) return fail(good.error());
  if (transaction.roles.find_set(wish.name)) return name_taken("permission set", wish.name);
  auto set = read_set(wish);
  if (!set) return set;
  set->id = transaction.roles.add(*set);
  record(transaction, caller, "permission_set.create",
         {{"permission_set", std::to_string(set->id)},
          {"name", set->name},
          {"strings", in_one_line(set->strings)}});
  return set;
}

Result<PermissionSet> change_permission_set(Transaction& transaction, const Caller& caller,
                                            const RoleWish& wish) {
  if (auto good = check_holds_globally(transaction, caller); !good) return fail(good.error());
  auto before = changeable_set(transaction, wish.name);
  if (!before) return before;
  auto set = read_set(wish);
  if (!set) return set;
  set->id = before->id;
  set->name = before->name;
  if (auto good = check_roles_fit(transaction, *set); !good) return fail(good.error());
  const auto kept = keep_unless_own_gain(transaction, caller, [&]() -> Status {
    transaction.roles.change(*set);
    return {};
  });
  if (!kept) return fail(kept.error());
  record(transaction, caller, "permission_set.change",
         {{"permission_set", std::to_string(set->id)},
          {"before", in_one_line(before->strings)},
          {"strings", in_one_line(set->strings)}});
  return set;
}

Result<PermissionSet> delete_permission_set(Transaction& transaction, const Caller& caller,
                                            const std::string& name) {
  if (auto good = check_holds_globally(transaction, caller); !good) return fail(good.error());
  auto set = changeable_set(transaction, name);
  if (!set) return set;
  if (const auto roles = transaction.roles.roles_in(set->id); !roles.empty())
    return fail(ErrorKind::conflict, "set_in_use",
                "the role " + transaction.roles.find_role(roles.front())->name + " is in the set",
                "delete its roles, or put them into another set");
  transaction.roles.remove_set(set->id);
  record(transaction, caller, "permission_set.delete",
         {{"permission_set", std::to_string(set->id)}, {"name", set->name}});
  return set;
}

}  // namespace countersign
