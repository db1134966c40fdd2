// Roles that come from another system.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/model/permissions/exchanged_role.h"
#include "policy/model/role.h"
#include "policy/transaction.h"

namespace countersign {

/// What became of one claim: the principal that now holds the role, or why none does.
struct ImportedClaim {
  ExchangedClaim claim;
  Result<std::string> holder;  ///< name
};

struct RoleImport {
  Role role;
  std::vector<ImportedPermission> permissions;
  std::vector<ImportedClaim> claims;
};

/// Makes the role of what can be taken, and gives it to those of its claims that are known here;
/// what cannot be taken is told, one by one, with the codes of create_role() and grant_role(). Of
/// claims also `bad_claim` (no such type), `no_such_provider`, `no_such_claim`. A role that names
/// no set of its own is in the Global one. Errors: `bad_name`, `name_taken`, `bad_text`,
/// `no_such_set`, `needs_global_role`.
Result<RoleImport> import_role(Transaction& transaction, const Caller& caller,
                               const ExchangedRole& exchanged);

}  // namespace countersign
