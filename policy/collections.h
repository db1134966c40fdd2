// Collections of certificates: made by who may see every certificate, seen by who was given one.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "policy/access.h"
#include "policy/caller.h"
#include "policy/model/collection.h"
#include "policy/transaction.h"

namespace countersign {

RightObjects on_collection(CollectionId collection);

/// The collection that a path names, by number or name, if the caller may know of it. Errors:
/// `not_found`, the same, after the same queries, whether it is hidden or does not exist.
Result<Collection> visible_collection(Transaction& transaction, const Caller& caller,
                                      const std::string& reference);
/// Every collection the caller may know of, by number.
std::vector<Collection> visible_collections(Transaction& transaction, const Caller& caller);

/// `wish.id` is nothing. Errors: `bad_name`, `name_taken`, `bad_text`, `not_allowed` (he may not
/// see every certificate, and a role may have the number of the next collection already).
Result<Collection> create_collection(Transaction& transaction, const Caller& caller,
                                     const Collection& wish);
/// Gives it another description or query. Errors: `bad_text`, `not_allowed` (another query may show
/// more, so it takes the sight of every certificate).
Result<Collection> change_collection(Transaction& transaction, const Caller& caller,
                                     const Collection& before, const Collection& wish);
/// Whoever was given it sees nothing by that any more; its number is never used again.
void delete_collection(Transaction& transaction, const Caller& caller,
                       const Collection& collection);

}  // namespace countersign
