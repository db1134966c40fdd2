#include "policy/roles.h"

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

}  // namespace

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
