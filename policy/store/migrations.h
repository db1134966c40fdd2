// The schema, as numbered steps that are never changed once released.
#pragma once

#include <span>
#include <string_view>

namespace countersign {

/// Step i brings a store from schema version i to i + 1; each is a list of statements.
using Migration = std::span<const std::string_view>;
std::span<const Migration> migrations();

}  // namespace countersign
