// Who is a member of an application: accounts, and groups with all who are in them.
#pragma once

#include <string>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/model/application.h"
#include "policy/transaction.h"

namespace countersign {

/// Makes an account or a group a member, or gives a member another role. Errors: `not_found`,
/// `is_member` (with that role already), `last_admin`, `own_gain`, `not_enrolled`.
Status add_application_member(Transaction& transaction, const Caller& caller,
                              const Application& application, const std::string& principal,
                              LayeredRole role);
/// Errors: `not_found`, `last_admin`.
Status remove_application_member(Transaction& transaction, const Caller& caller,
                                 const Application& application, const std::string& principal);

/// Whether every application that the account is an admin of has another, who is an active person
/// and a member by himself. Errors: `last_admin`.
Status check_applications_keep_admin(Transaction& transaction, const Account& account);

}  // namespace countersign
