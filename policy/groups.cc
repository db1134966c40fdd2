#include "policy/groups.h"

#include "core/text.h"
#include "policy/access.h"
#include "policy/gains.h"
#include "policy/role_rules.h"

namespace countersign {
namespace {

/// The group, if the caller may change it.
Result<Group> changeable_group(Transaction& transaction, const Caller& caller,
                               const std::string& name) {
  if (auto good = check_holds_globally(transaction, caller); !good) return fail(good.error());
  auto group = transaction.groups.find(name);
  if (!group) return no_such("group");
  return std::move(*group);
}

void record(Transaction& transaction, const Caller& caller, const char* operation,
            const Group& group, std::vector<std::pair<std::string, std::string>> data) {
  data.emplace_back("group", std::to_string(group.id));
  record_change(transaction, caller, operation, std::nullopt, std::nullopt, std::move(data));
}

}  // namespace

Result<Group> create_group(Transaction& transaction, const Caller& caller, const std::string& name,
                           const std::string& description) {
  if (auto good = check_holds_globally(transaction, caller); !good) return fail(good.error());
  if (auto good = check_name("group name", name); !good) return fail(good.error());
  if (auto good = check_description(description); !good) return fail(good.error());
  if (auto free = check_principal_name_is_free(transaction, name); !free) return fail(free.error());
  Group group{0, name, description};
  group.id = transaction.groups.add(group);
  record(transaction, caller, "group.create", group, {{"name", name}});
  return group;
}

Result<Group> describe_group(Transaction& transaction, const Caller& caller,
                             const std::string& name, const std::string& description) {
  auto group = changeable_group(transaction, caller, name);
  if (!group) return group;
  if (auto good = check_description(description); !good) return fail(good.error());
  group->description = description;
  transaction.groups.describe(group->id, description);
  record(transaction, caller, "group.change", *group, {{"description", description}});
  return group;
}

Result<Group> delete_group(Transaction& transaction, const Caller& caller,
                           const std::string& name) {
  auto group = changeable_group(transaction, caller, name);
  if (!group) return group;
  if (auto good = check_is_no_member(transaction, group->id, group->name); !good)
    return fail(good.error());
  transaction.roles.revoke_all(group->id);
  transaction.applications.remove_everywhere(group->id);
  transaction.groups.remove(group->id);
  record(transaction, caller, "group.delete", *group, {{"name", group->name}});
  return group;
}

Result<Group> add_to_group(Transaction& transaction, const Caller& caller, const std::string& name,
                           const std::string& principal) {
  auto group = changeable_group(transaction, caller, name);
  if (!group) return group;
  const auto member = find_principal(transaction, principal);
  if (!member) return fail(member.error());
  if (const auto claim = transaction.claims.find(*member); claim && claim->type != ClaimType::group)
    return fail(ErrorKind::invalid, "not_a_group_claim",
                "the claim " + printable(principal) + " is not of type group",
                "put the account that owns it into the group");
  if (transaction.groups.contains(group->id, *member))
    return fail(ErrorKind::conflict, "in_group",
                printable(principal) + " is in the group " + group->name + " already");
  if (transaction.groups.within(group->id, *member))
    return fail(ErrorKind::conflict, "cycle",
                "the group " + group->name + " stands within " + printable(principal),
                "a group cannot stand within itself");
  const auto kept = keep_unless_own_gain(transaction, caller, [&]() -> Status {
    transaction.groups.add_member(group->id, *member);
    return {};
  });
  if (!kept) return fail(kept.error());
  record(transaction, caller, "group.add", *group, {{"principal", std::to_string(*member)}});
  return group;
}

Result<Group> remove_from_group(Transaction& transaction, const Caller& caller,
                                const std::string& name, const std::string& principal) {
  auto group = changeable_group(transaction, caller, name);
  if (!group) return group;
  const auto member = find_principal(transaction, principal);
  if (!member) return fail(member.error());
  if (!transaction.groups.contains(group->id, *member)) return no_such("member of the group");
  transaction.groups.remove_member(group->id, *member);
  record(transaction, caller, "group.remove", *group, {{"principal", std::to_string(*member)}});
  return group;
}

}  // namespace countersign
