#include "policy/application_members.h"

#include <algorithm>

#include "core/text.h"
#include "policy/access.h"
#include "policy/gains.h"
#include "policy/role_rules.h"

namespace countersign {
namespace {

/// Whether an admin is left without the principal. Groups may be empty tomorrow, so they do not
/// count.
Status check_keeps_admin(Transaction& transaction, const Application& application,
                         std::int64_t without) {
  const auto members = transaction.applications.members(application.id);
  const bool kept = std::ranges::any_of(members, [&](const auto& member) {
    const auto account = transaction.accounts.find(member.first);
    return member.first != without && member.second == LayeredRole::application_admin && account &&
           account->kind == AccountKind::user && account->state == AccountState::active;
  });
  if (kept) return {};
  return fail(ErrorKind::conflict, "last_admin",
              "the application " + application.name + " would be left without an admin",
              "make another person its admin first");
}

}  // namespace

Status add_application_member(Transaction& transaction, const Caller& caller,
                              const Application& application, const std::string& principal,
                              LayeredRole role) {
  const auto member = find_principal(transaction, principal);
  if (!member) return fail(member.error());
  const auto before = transaction.applications.role(application.id, *member);
  if (before == role)
    return fail(ErrorKind::conflict, "is_member",
                printable(principal) + " is " + std::string(to_text(role)) + " of " +
                    application.name + " already");
  if (before == LayeredRole::application_admin)
    if (auto good = check_keeps_admin(transaction, application, *member); !good) return good;
  auto kept = keep_unless_own_gain(transaction, caller, [&]() -> Status {
    transaction.applications.set_member(application.id, *member, role);
    return {};
  });
  if (!kept) return kept;
  record_change(transaction, caller, "application.add_member", std::nullopt, std::nullopt,
                {{"application", std::to_string(application.id)},
                 {"principal", std::to_string(*member)},
                 {"role", std::string(to_text(role))},
                 {"before", before ? std::string(to_text(*before)) : "none"}});
  return {};
}

Status remove_application_member(Transaction& transaction, const Caller& caller,
                                 const Application& application, const std::string& principal) {
  const auto member = find_principal(transaction, principal);
  const auto role = member ? transaction.applications.role(application.id, *member)
                           : std::optional<LayeredRole>();
  if (!role) return no_such("member");
  if (*role == LayeredRole::application_admin)
    if (auto good = check_keeps_admin(transaction, application, *member); !good) return good;
  transaction.applications.remove_member(application.id, *member);
  record_change(transaction, caller, "application.remove_member", std::nullopt, std::nullopt,
                {{"application", std::to_string(application.id)},
                 {"principal", std::to_string(*member)},
                 {"role", std::string(to_text(*role))}});
  return {};
}

Status check_applications_keep_admin(Transaction& transaction, const Account& account) {
  for (const auto& [id, role] : transaction.applications.of_principal(account.id))
    if (role == LayeredRole::application_admin)
      if (auto good =
              check_keeps_admin(transaction, *transaction.applications.find(id), account.id);
          !good)
        return good;
  return {};
}

}  // namespace countersign
