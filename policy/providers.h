// Identity providers: made, renamed and deleted.
#pragma once

#include <string>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/model/claim.h"
#include "policy/transaction.h"

namespace countersign {

/// Errors: `bad_scheme`, `scheme_taken`, `bad_text`, `name_taken` (the display name).
Result<IdentityProvider> create_provider(Transaction& transaction, const Caller& caller,
                                         const IdentityProvider& wish);
/// Errors: `not_found`, `bad_text`, `name_taken`.
Result<IdentityProvider> rename_provider(Transaction& transaction, const Caller& caller,
                                         const std::string& scheme,
                                         const std::string& display_name);
/// Errors: `not_found`, `built_in` (this host's and that of the tokens), `provider_in_use` (it has
/// claims, or had).
Result<IdentityProvider> delete_provider(Transaction& transaction, const Caller& caller,
                                         const std::string& scheme);

}  // namespace countersign
