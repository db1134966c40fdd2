#include "policy/model/permissions/permission.h"

#include <algorithm>
#include <cstdlib>

#include "core/text.h"

namespace countersign {
namespace {

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || c == '_' || c == '-';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool begins_an_entry(std::string_view start) {
  return std::ranges::any_of(
      catalogue(), [&](const CatalogueEntry& each) { return each.string.starts_with(start); });
}

/// Reads a string from its first byte to its last; stops at the first that does not fit.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Status read() {
    if (text_.size() > longest_permission)
      return refuse(longest_permission,
                    "is longer than " + std::to_string(longest_permission) + " bytes");
    if (!text_.starts_with('/')) return refuse(0, "does not begin with a slash");
    pattern_ = "/";
    for (std::size_t at = 1; at < text_.size();) {
      const std::size_t end = text_.find('/', at);
      if (auto good = read_segment(at, text_.substr(at, end - at)); !good) return good;
      if (end == text_.npos) return refuse(text_.size(), "does not end with a slash");
      at = end + 1;
    }
    entry_ = find_entry(pattern_);
    if (entry_ == nullptr) return refuse(text_.size(), "is no permission by itself");
    return {};
  }

  const CatalogueEntry* entry() const { return entry_; }
  std::optional<ObjectId> object() const { return object_; }

 private:
  Status read_segment(std::size_t at, std::string_view segment) {
    if (segment.empty()) return refuse(at, "has an empty segment");
    if (segment == "#") return refuse(at, "needs a number in place of #");
    if (is_digit(segment.front())) return read_object(at, segment);
    const auto* const bad = std::ranges::find_if_not(segment, is_word_character);
    if (bad != segment.end())
      return refuse(at + static_cast<std::size_t>(bad - segment.begin()),
                    "has a character that is not a-z, _ or -");
    return append(at, segment, "leaves what there is");
  }

  Status read_object(std::size_t at, std::string_view segment) {
    const auto* const bad = std::ranges::find_if_not(segment, is_digit);
    if (bad != segment.end())
      return refuse(at + static_cast<std::size_t>(bad - segment.begin()),
                    "has a number that is not one of digits only");
    object_ = whole_number(segment);
    if (segment.front() == '0' || !object_)
      return refuse(at,
                    "has a number that is not one from 1 to 9223372036854775807 without "
                    "leading zeros");
    return append(at, "#", "has a number where none belongs");
  }

  Status append(std::size_t at, std::string_view segment, const char* otherwise) {
    pattern_ += segment;
    pattern_ += '/';
    return begins_an_entry(pattern_) ? Status{} : refuse(at, otherwise);
  }

  /// `at` is counted from 0; what is shown, from 1.
  Status refuse(std::size_t at, const std::string& why) const {
    return fail(ErrorKind::invalid, "bad_permission",
                "the permission \"" + printable(text_.substr(0, longest_permission)) + "\" " + why +
                    ", at byte " + std::to_string(at + 1),
                "`countersign permission list` prints every permission there is");
  }

  std::string_view text_;
  std::string pattern_;
  const CatalogueEntry* entry_ = nullptr;
  std::optional<ObjectId> object_;
};

}  // namespace

Result<Permission> Permission::parse(std::string_view text) {
  Parser parser(text);
  if (auto good = parser.read(); !good) return fail(std::move(good.error()));
  return Permission(std::string(text), parser.entry(), parser.object());
}

Permission Permission::of(const CatalogueEntry& entry, std::optional<ObjectId> object) {
  const std::size_t mark = entry.string.find('#');
  if ((mark != entry.string.npos) != object.has_value() || object.value_or(1) < 1) std::abort();
  std::string text(entry.string);
  if (object) text.replace(mark, 1, std::to_string(*object));
  return {std::move(text), &entry, object};
}

bool Permission::covers(const Permission& asked) const {
  return asked.text_.starts_with(text_);  // both end with a slash, so whole segments are compared
}

std::vector<Permission> Permission::covering() const {
  std::vector<Permission> above;
  for (std::size_t end = entry_->string.find('/'); end != entry_->string.npos;
       end = entry_->string.find('/', end + 1)) {
    const std::string_view start = entry_->string.substr(0, end + 1);
    const CatalogueEntry* const each = find_entry(start);
    if (each != nullptr)
      above.push_back(of(*each, start.find('#') == start.npos ? std::nullopt : object_));
  }
  return above;
}

}  // namespace countersign
