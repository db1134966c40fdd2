// What is generated of docs/permissions.md, in Markdown, from the catalogue, the layered roles and
// the operation table.
#pragma once

#include <string>

namespace countersign {

/// A table for each area of the catalogue.
std::string strings_page();
/// How many strings of each area have operations.
std::string coverage_page();
/// A table of the older names.
std::string older_names_page();
/// A table of the rights on signers and applications against the layered roles, and a list of what
/// each role of the product gives.
std::string bundles_page();
/// A table of every operation with its strings.
std::string operations_page();

}  // namespace countersign
