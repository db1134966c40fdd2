#include "policy/roles.h"

#include <algorithm>

#include "core/text.h"
#include "policy/access.h"
#include "policy/gains.h"
#include "policy/model/permissions/role_strings.h"

namespace countersign {
namespace {

std::string in_one_line(const std::vector<Permission>& strings) {
  std::string line;
  for (const Permission& each : strings) line += (line.empty() ? "" : " ") + each.text();
  return line;
}

void record(Transaction& transaction, const Caller& caller, const char* operation,
            std::vector<std::pair<std::string, std::string>> data) {
  record_change(transaction, caller, operation, std::nullopt, std::nullopt, std::move(data));
}

Status check_description(const std::string& description) {
  return description.empty() ? Status() : check_text("the description", description);
}

tl::unexpected<Error> name_taken(const std::string& what, const std::string& name) {
  return fail(ErrorKind::conflict, "name_taken",
              "there is a " + what + " " + printable(name) + " already", "choose another name");
}

Result<PermissionSet> read_set(const RoleWish& wish) {
  if (auto good = check_description(wish.description); !good) return fail(good.error());
  auto strings = read_role_strings(wish.strings, std::vector{*Permission::parse("/")});
  if (!strings) return fail(std::move(strings.error()));
  return PermissionSet{0, wish.name, wish.description, std::move(*strings)};
}

Result<Role> read_role(Transaction& transaction, const RoleWish& wish) {
  if (auto good = check_description(wish.description); !good) return fail(good.error());
  const auto set = transaction.roles.find_set(wish.permission_set);
  if (!set)
    return fail(ErrorKind::invalid, "no_such_set",
                "there is no permission set " + printable(wish.permission_set),
                "see: countersign permission-set list");
  auto strings = read_role_strings(wish.strings, set->strings);
  if (!strings) return fail(std::move(strings.error()));
  return Role{0, wish.name, wish.description, set->id, std::move(*strings)};
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

Status check_holds_globally(Transaction& transaction, const Caller& caller) {
  const AskedRight asked{Permission::of(*find_entry(right::change_accounts)), {}};
  HeldRights held = transaction.rights.held_by(caller.account.id, relevant_to(asked));
  const std::string global = transaction.roles.find_set(global_set)->name;
  std::erase_if(held.strings,
                [&](const HeldString& each) { return each.permission_set != global; });
  if (decide_right(asked, held).allowed) return {};
  return fail(ErrorKind::denied, "needs_global_role",
              "this needs " + asked.permission.text() + " through a role in the set " + global,
              "ask a product admin");
}

Result<std::int64_t> find_principal(Transaction& transaction, const std::string& name) {
  if (const auto account = transaction.accounts.find(name)) return account->id;
  if (const auto group = transaction.groups.find(name)) return group->id;
  return no_such("account or group");
}

Status check_principal_name_is_free(Transaction& transaction, const std::string& name) {
  if (transaction.accounts.find(name)) return name_taken("account", name);
  if (transaction.groups.find(name)) return name_taken("group", name);
  return {};
}

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
  const auto before = changeable_set(transaction, wish.name);
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

Result<Role> create_role(Transaction& transaction, const Caller& caller, const RoleWish& wish) {
  if (auto good = check_holds_globally(transaction, caller); !good) return fail(good.error());
  if (auto good = check_name("role name", wish.name); !good) return fail(good.error());
  if (transaction.roles.find_role(wish.name)) return name_taken("role", wish.name);
  auto role = read_role(transaction, wish);
  if (!role) return role;
  role->id = transaction.roles.add(*role);
  record(transaction, caller, "role.create",
         {{"role", std::to_string(role->id)},
          {"name", role->name},
          {"permission_set", std::to_string(role->permission_set)},
          {"strings", in_one_line(role->strings)}});
  return role;
}

Result<Role> change_role(Transaction& transaction, const Caller& caller, const RoleWish& wish) {
  if (auto good = check_holds_globally(transaction, caller); !good) return fail(good.error());
  const auto before = transaction.roles.find_role(wish.name);
  if (!before) return no_such("role");
  auto role = read_role(transaction, wish);
  if (!role) return role;
  role->id = before->id;
  role->name = before->name;
  const auto kept = keep_unless_own_gain(transaction, caller, [&]() -> Status {
    transaction.roles.change(*role);
    return {};
  });
  if (!kept) return fail(kept.error());
  record(transaction, caller, "role.change",
         {{"role", std::to_string(role->id)},
          {"permission_set", std::to_string(role->permission_set)},
          {"before", in_one_line(before->strings)},
          {"strings", in_one_line(role->strings)}});
  return role;
}

Result<Role> delete_role(Transaction& transaction, const Caller& caller, const std::string& name) {
  if (auto good = check_holds_globally(transaction, caller); !good) return fail(good.error());
  auto role = transaction.roles.find_role(name);
  if (!role) return no_such("role");
  transaction.roles.remove_role(role->id);
  record(transaction, caller, "role.delete",
         {{"role", std::to_string(role->id)}, {"name", role->name}});
  return std::move(*role);
}

Result<Role> grant_role(Transaction& transaction, const Caller& caller, const std::string& role,
                        const std::string& principal) {
  if (auto good = check_holds_globally(transaction, caller); !good) return fail(good.error());
  auto found = transaction.roles.find_role(role);
  if (!found) return no_such("role");
  const auto holder = find_principal(transaction, principal);
  if (!holder) return fail(holder.error());
  if (transaction.roles.holds(*holder, found->id))
    return fail(ErrorKind::conflict, "holds_role",
                printable(principal) + " holds the role " + found->name + " already");
  const auto kept = keep_unless_own_gain(transaction, caller, [&]() -> Status {
    transaction.roles.grant(*holder, found->id);
    return {};
  });
  if (!kept) return fail(kept.error());
  record(transaction, caller, "role.grant",
         {{"role", std::to_string(found->id)}, {"principal", std::to_string(*holder)}});
  return std::move(*found);
}

Result<Role> revoke_role(Transaction& transaction, const Caller& caller, const std::string& role,
                         const std::string& principal) {
  if (auto good = check_holds_globally(transaction, caller); !good) return fail(good.error());
  auto found = transaction.roles.find_role(role);
  if (!found) return no_such("role");
  const auto holder = find_principal(transaction, principal);
  if (!holder) return fail(holder.error());
  if (!transaction.roles.holds(*holder, found->id)) return no_such("holder of the role");
  transaction.roles.revoke(*holder, found->id);
  record(transaction, caller, "role.revoke",
         {{"role", std::to_string(found->id)}, {"principal", std::to_string(*holder)}});
  return std::move(*found);
}

}  // namespace countersign
