// Metadata types, and the signing policies that name one.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/model/metadata_type.h"
#include "policy/transaction.h"

namespace countersign {

/// Errors: `bad_text`, `name_taken`.
Result<MetadataType> create_metadata_type(Transaction& transaction, const Caller& caller,
                                          const MetadataType& wish);
/// Gives the type of that name another description and definition. Policies that were set with it
/// stay as they are. Errors: `not_found`, `bad_text`.
Result<MetadataType> change_metadata_type(Transaction& transaction, const Caller& caller,
                                          const MetadataType& wish);
/// Policies that were set with it stay as they are. Errors: `not_found`.
Result<MetadataType> delete_metadata_type(Transaction& transaction, const Caller& caller,
                                          const std::string& name);

/// The document of a signing policy with each demanded field that names a type,
/// {"name"?, "type", "required"?}, written out as the type says now; the field is called as the
/// type where it has no name. What is no such document is left to its reader. Errors: `bad_field`
/// with the pointer, which begins with `pointer`.
Result<nlohmann::json> with_types_written_out(Transaction& transaction, nlohmann::json policy,
                                              const std::string& pointer);

}  // namespace countersign
