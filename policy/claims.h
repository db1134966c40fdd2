// Claims: made, given to accounts and deleted. Who changes them says who somebody is.
#pragma once

#include <optional>
#include <string>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/model/claim.h"
#include "policy/transaction.h"

namespace countersign {

struct ClaimWish {
  std::string scheme;
  ClaimType type = ClaimType::user;
  std::string value;
  std::optional<std::string> account;  ///< name of the account that signs in by it
  std::string description;
};

// Each asks for "/security/modify/" through a role in the Global set, or of a product admin. Errors
// of all of them: `needs_global_role`.

/// Makes a claim, or brings a deleted one back. A claim that was an account's stays that account's
/// until the account is deleted: who came as one person never comes as another. Errors:
/// `not_found` (the account), `no_such_provider`, `bad_claim` (its value; or many people bring it,
/// so that it is no account's), `claim_taken`, and for the account those of
/// keep_unless_own_gain(). Who acts by it on a signer is for submit() to look at.
Result<Claim> create_claim(Transaction& transaction, const Caller& caller, const ClaimWish& wish);

/// Changes what is given. An account can be given to a claim that has none. Errors: as above.
Result<Claim> change_claim(Transaction& transaction, const Caller& caller, const std::string& text,
                           const std::optional<std::string>& account,
                           const std::optional<std::string>& description);

/// Takes the claim from its groups and roles, and nobody signs in by it. Errors: `not_found`,
/// `is_member` (of a signer), `last_admin` (it is the last way in of the last admin of the product
/// or a signer).
Result<Claim> delete_claim(Transaction& transaction, const Caller& caller, const std::string& text);

/// Gives a new account, for a caller who may make claims, the login that it is made with. Errors:
/// as for create_claim().
Result<Claim> claim_login(Transaction& transaction, const Caller& caller, const Account& account,
                          const std::string& login);

}  // namespace countersign
