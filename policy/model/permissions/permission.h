// A permission string that was read: what a role holds, and what an operation asks for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "policy/model/permissions/catalogue.h"

namespace countersign {

/// The number of whatever a string's `#` stands for, as its level says.
using ObjectId = std::int64_t;

/// Longest permission string, in bytes.
inline constexpr std::size_t longest_permission = 100;

/// A string of the catalogue with the object's number in place of its `#`. Immutable.
class Permission {
 public:
  /// Accepts a string of the catalogue: segments of a-z, `_` and `-` between slashes, the first and
  /// the last character a slash, and a positive decimal number without leading zeros exactly where
  /// the catalogue has `#`. Errors: `bad_permission`, with the byte at which the text leaves what
  /// is accepted, counted from 1.
  static Result<Permission> parse(std::string_view text);
  /// The string of `entry` for the object; `object` must be positive where the entry has a `#`,
  /// and missing elsewhere (a programming error otherwise).
  static Permission of(const CatalogueEntry& entry, std::optional<ObjectId> object = std::nullopt);

  const std::string& text() const { return text_; }
  const CatalogueEntry& entry() const { return *entry_; }
  /// Missing where the string has none.
  std::optional<ObjectId> object() const { return object_; }

  /// Whether `asked` is this string or stands below it, segment by segment: /a/5/ is not above
  /// /a/55/. An object without a string of its own so falls back to the string for all of them.
  /// What only membership gives is covered like the rest; covering alone never conveys it.
  bool covers(const Permission& asked) const;

  /// Every string of the catalogue that covers this one, from the root to the string itself.
  std::vector<Permission> covering() const;

  bool operator==(const Permission& other) const { return text_ == other.text_; }

 private:
  Permission(std::string text, const CatalogueEntry* entry, std::optional<ObjectId> object)
      : text_(std::move(text)), entry_(entry), object_(object) {}

  std::string text_;
  const CatalogueEntry* entry_;
  std::optional<ObjectId> object_;
};

}  // namespace countersign
