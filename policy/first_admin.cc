#include "policy/first_admin.h"

#include "core/text.h"

namespace countersign {

Result<Account> find_first_admin(Transaction& transaction, const Caller& caller,
                                 const std::string& name) {
  const auto admin = transaction.accounts.find(name);
  if (!admin || admin->kind != AccountKind::user || admin->state != AccountState::active)
    return fail(ErrorKind::invalid, "bad_admin",
                "\"" + printable(name) + "\" is no active person's account",
                "create the account first");
  if (admin->id == caller.account.id)
    return fail(ErrorKind::denied, "bad_admin",
                "who creates a signer or an application cannot be its first admin himself",
                "name another person with --admin");
  return *admin;
}

}  // namespace countersign
