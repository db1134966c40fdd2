#include "policy/role_rules.h"

#include "core/text.h"
#include "policy/access.h"

namespace countersign {

std::string in_one_line(const std::vector<Permission>& strings) {
  std::string line;
  for (const Permission& each : strings) line += (line.empty() ? "" : " ") + each.text();
  return line;
}

Status check_description(const std::string& description) {
  return description.empty() ? Status() : check_text("the description", description);
}

tl::unexpected<Error> name_taken(const std::string& what, const std::string& name) {
  const bool vowel = std::string_view("aeiou").find(what.front()) != std::string_view::npos;
  return fail(ErrorKind::conflict, "name_taken",
              (vowel ? "there is an " : "there is a ") + what + " " + printable(name) + " already",
              "choose another name");
}

Status check_holds_globally(Transaction& transaction, const Caller& caller) {
  const AskedRight asked{Permission::of(*find_entry(right::change_accounts)), {}};
  HeldRights held = transaction.rights.held_by(caller, relevant_to(asked));
  const std::string global = transaction.roles.find_set(global_set)->name;
  std::erase_if(held.strings,
                [&](const HeldString& each) { return each.permission_set != global; });
  if (decide_right(asked, held).allowed) return {};
  return fail(ErrorKind::denied, "needs_global_role",
              "this needs " + asked.permission.text() + " through a role in the set " + global,
              "ask a product admin");
}

Result<PrincipalId> find_principal(Transaction& transaction, const std::string& name) {
  if (const auto account = transaction.accounts.find(name)) return account->id;
  if (const auto group = transaction.groups.find(name)) return group->id;
  if (const auto claim = transaction.claims.find(name); claim && claim->active) return claim->id;
  return no_such("account, group or claim");
}

Status check_is_no_member(Transaction& transaction, PrincipalId principal,
                          const std::string& name) {
  const auto member = transaction.members.of_principal(principal);
  if (member.empty()) return {};
  const std::string& signer = transaction.signers.find(member.front().first)->name;
  return fail(
      ErrorKind::conflict, "is_member",
      printable(name) + " is a member of " + signer + ", whose admin decides who acts there",
      "have it removed first: countersign member remove " + signer + " " + printable(name));
}

Status check_principal_name_is_free(Transaction& transaction, const std::string& name) {
  if (transaction.groups.find(name)) return name_taken("group", name);
  if (transaction.accounts.is_taken(name)) return name_taken("account", name);
  return {};
}

}  // namespace countersign
