// Applications: made and described by those who may, filled with signers and members by their own
// admins.
#pragma once

#include <string>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/model/application.h"
#include "policy/transaction.h"

namespace countersign {

/// The application that a path names, by number or name, if the caller may know of it. Errors:
/// `not_found`, the same, after the same queries, whether it is hidden or does not exist.
Result<Application> visible_application(Transaction& transaction, const Caller& caller,
                                        const std::string& reference);
/// Every application the caller may know of, by number.
std::vector<Application> visible_applications(Transaction& transaction, const Caller& caller);

struct NewApplication {
  std::string name;
  std::string description;
  std::string admin;  ///< name of the first application admin
};

/// Makes an application and its first admin. Errors: `bad_name`, `name_taken`, `bad_text`,
/// `bad_admin`, `own_gain`, `not_enrolled`.
Result<Application> create_application(Transaction& transaction, const Caller& caller,
                                       const NewApplication& wish);
/// Errors: `bad_text`.
Result<Application> describe_application(Transaction& transaction, const Caller& caller,
                                         const Application& application,
                                         const std::string& description);
/// Ends all its memberships too. Errors: `application_not_empty`.
Status delete_application(Transaction& transaction, const Caller& caller,
                          const Application& application);

/// Puts a signer into the application, whose members then see it: for one who changes the members
/// of both. Errors: `not_found`, `not_allowed`, `in_application` (a signer is in one at most).
Status add_signer(Transaction& transaction, const Caller& caller, const Application& application,
                  const std::string& signer);
/// Errors: `not_found` (no such signer, or not in it).
Status remove_signer(Transaction& transaction, const Caller& caller, const Application& application,
                     const std::string& signer);

/// The same for a container, whose keys the members then see: for one who changes the container as
/// well. Errors: `not_found`, `not_allowed`, `in_application`.
Status add_container(Transaction& transaction, const Caller& caller, const Application& application,
                     const std::string& container);
/// Errors: `not_found` (no such container, or not in it).
Status remove_container(Transaction& transaction, const Caller& caller,
                        const Application& application, const std::string& container);

}  // namespace countersign
