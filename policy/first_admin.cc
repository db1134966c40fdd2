#include "policy/first_admin.h"

#include "core/text.h"

namespace countersign {

Result<Account> find_first_admin(Transaction& transaction, const std::string& name) {
  const auto admin = transaction.accounts.find(name);
  if (!admin || admin->kind != AccountKind::user || admin->state != AccountState::active)
    return fail(ErrorKind::invalid, "bad_admin",
                "\"" + printable(name) + "\" is no active person's account",
                "create the account first");
  return *admin;
}

}  // namespace countersign
