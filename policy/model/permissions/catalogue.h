// Every permission string there is, and the older names for them, as data.
#pragma once

#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "policy/model/operation.h"

namespace countersign {

/// What the `#` of a string stands for; `global` where there is none.
enum class Level { global, collection, container, provider, signer, application };

/// One string of the catalogue. The root, "/", is the first of them.
struct CatalogueEntry {
  std::string_view string;  ///< "/area/…/", the object's number written as "#"
  Level level;
  std::string_view title;
  std::string_view description;
  bool by_membership = false;  ///< no role's string conveys it, "/" included
};

/// How what an older name gave compares with what its strings give.
enum class Relation {
  same,
  narrower,  ///< the strings give less than the name did
  wider,     ///< the string gives more than the name did
  shared,    ///< several names have become one string
  split      ///< the name has become several strings
};

/// One name of the first permission model, "Area: Permission".
struct OlderName {
  std::string_view section;  ///< what it is listed under; not always the name's area
  std::string_view title;
  std::string_view name;
  std::array<std::string_view, 2> strings;  ///< what it has become; the second is often ""
  Relation relation;
  std::string_view description;
  std::string_view exception;  ///< how the strings differ from the name; "" for `same`
};

/// Every string, area by area.
std::span<const CatalogueEntry> catalogue();
/// Every older name, section by section.
std::span<const OlderName> older_names();

/// The entry of that string, `#` written as such; null when there is none.
const CatalogueEntry* find_entry(std::string_view string);
/// The older name, exactly as it is written; null when there is none.
const OlderName* find_older_name(std::string_view name);

/// The older names that have become `entry`'s string.
std::vector<const OlderName*> older_names_of(const CatalogueEntry& entry);

/// The operations that who holds `entry`'s string may perform by it, in part or whole, in the
/// order of the operation table. What stands below a string belongs to it, except what only
/// membership gives.
std::vector<const Operation*> operations_behind(const CatalogueEntry& entry);

/// The entries that `operation` asks for, any of which is enough; those above them give it as well.
/// None for what is every account's own matter.
std::vector<const CatalogueEntry*> entries_asked_by(const Operation& operation);

/// "global", "collection", "container", "provider", "signer", "application".
std::string_view to_text(Level level);
/// "same", "narrower", "wider", "shared", "split".
std::string_view to_text(Relation relation);

}  // namespace countersign
