// Whether a caller may perform an operation: the rights of roles, applied to the operation table.
#pragma once

#include <limits>
#include <optional>
#include <span>
#include <string>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/model/operation.h"
#include "policy/model/permissions/right_decision.h"
#include "policy/model/permissions/rights.h"
#include "policy/model/signer.h"
#include "policy/transaction.h"

namespace countersign {

/// What the `#` of a string stands for when it is asked for; 0 where nothing is known of it.
struct RightObjects {
  RightObjects() = default;
  /// A signer, with the application that groups it; null for none.
  RightObjects(const Signer* signer);  // NOLINT(google-explicit-constructor)

  ObjectId signer = 0;
  ObjectId application = 0;  ///< itself, or that groups the signer or container
  ObjectId container = 0;
  ObjectId collection = 0;
  ObjectId provider = 0;  ///< a source of PINs
};
RightObjects on_application(ObjectId application);

/// A number that no object has: what is asked about something that does not exist is asked for it,
/// by the same queries.
inline constexpr ObjectId no_object = std::numeric_limits<ObjectId>::max();

/// The signer that a path or argument names, by number or name, if the caller may know of it.
/// Errors: `not_found`, the same whether it is hidden or does not exist.
Result<const Signer*> visible_signer(Transaction& transaction, const Caller& caller,
                                     const std::string& reference);

/// What `subject` holds that bears on any of `rights`, strings of the catalogue whose `#` is what
/// `on` says (nothing: those with that `#` are nobody's). One query of the store.
HeldRights held_rights(Transaction& transaction, const Subject& subject,
                       std::span<const std::string_view> rights, const RightObjects& on);

/// What is asked when `permission` is: a signer's is also given by its application's roles.
AskedRight asked_right(Transaction& transaction, const Permission& permission);

/// The answer to whether the subject holds `right`, and through what, whatever his account's state.
RightDecision right_of(Transaction& transaction, const Subject& subject, const AskedRight& asked);

/// Whether the account is active and the subject holds `right`, a string of the catalogue; where it
/// has a `#`, that is what `on` says, and without one nobody holds it.
bool may(Transaction& transaction, const Subject& subject, std::string_view right,
         const RightObjects& on = {});

/// The objects on which the subject holds `right`, a string with a `#`, by roles on them and by
/// strings with their number; by number. A string for all of them is not counted.
std::vector<ObjectId> objects_with(Transaction& transaction, const Subject& subject,
                                   std::string_view right);

/// Checks that the caller holds what the operation asks for, on what `on` says where its
/// strings have a `#`. Whether he may sign is left to the decision, which records its denials.
/// Errors: `not_allowed`.
Status authorise(Transaction& transaction, const Caller& caller, const Operation& operation,
                 const RightObjects& on);

/// Records a refusal of `operation` for the reason `code`.
void record_denial(Transaction& transaction, const Caller& caller, std::optional<SignerId> signer,
                   const std::string& operation, const std::string& code);

/// Appends a refusal's record; of those alike (see DenialCounter) the first at once, the others
/// later as one with their count.
void record_refusal(Transaction& transaction, const LogEntry& entry, const std::string& reason);

/// Records a change that was made and bumps the store's revision.
RecordNumber record_change(Transaction& transaction, const Caller& caller,
                           const std::string& operation, std::optional<SignerId> signer,
                           std::optional<RequestId> request,
                           std::vector<std::pair<std::string, std::string>> data);

/// The same for a change that no account made.
RecordNumber record_change(Transaction& transaction, const LogEntry& entry);

/// The error for a thing that does not exist or may not be known of.
tl::unexpected<Error> no_such(const std::string& what);

}  // namespace countersign
