// The parts that catalogue() is put together from.
#pragma once

#include <cstddef>
#include <span>

#include "policy/model/permissions/catalogue.h"

namespace countersign {

inline constexpr std::size_t shared_string_count = 105;
inline constexpr std::size_t own_string_count = 33;

/// The strings of the second permission model, as other systems know them too.
std::span<const CatalogueEntry, shared_string_count> shared_strings();
/// The root, and the strings of what only Countersign has: signers and applications.
std::span<const CatalogueEntry, own_string_count> own_strings();

}  // namespace countersign
