// The whole policy as one JSON document: what `export` writes and `apply` reads. Its schema is
// docs/schema/policy-document.json.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>

#include "core/result.h"

namespace countersign {

/// One list of the document, and the field by which its entries are told apart.
struct DeclarationSection {
  const char* name;
  const char* key;
  /// What the document leaves out is not there; of accounts, signers and sources of PINs, which are
  /// never taken away so, it is left as it is.
  bool whole;
};
std::span<const DeclarationSection> declaration_sections();

/// Reads a document strictly and returns it in the form that `export` writes: every field but the
/// optional ones that are left out, lists in order and without regard to the case of names. A
/// section that is left out stays out: nothing is said of it. Errors: `bad_field`, with the JSON
/// pointer.
Result<nlohmann::json> declaration_from_json(const nlohmann::json& document);

/// The entry's place in the document as it was given, kept beside it by declaration_from_json()
/// and not written by `export`.
inline constexpr const char* pointer_field = "(pointer)";

/// Puts every list into the order of the document. For what has the form already.
void sort_declaration(nlohmann::json& declaration);

}  // namespace countersign
