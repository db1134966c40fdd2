#include "core/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace countersign {
namespace {

struct CodePoint {
  std::uint32_t value;
  std::size_t length;
};

/// The code point that `text` begins with; nothing when it is not well-formed UTF-8 (RFC 3629).
std::optional<CodePoint> next_code_point(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return CodePoint{first, 1};
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return std::nullopt;
  std::uint32_t value = first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return std::nullopt;
    value = value << 6 | (byte(i) & 0x3FU);
  }
  const std::uint32_t smallest = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
  if (value < smallest || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
    return std::nullopt;
  return CodePoint{value, length};
}

/// Control characters, and those that reorder or hide what stands around them.
bool is_unsafe(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x061C || c == 0x200B || c == 0x200E ||
         c == 0x200F || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x2069) ||
         c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE007F);
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_name_character(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

}  // namespace

Status check_name(std::string_view what, std::string_view name) {
  if (!name.empty() && name.size() <= longest_name && is_letter(name.front()) &&
      name.back() != '.' && std::all_of(name.begin(), name.end(), is_name_character))
    return {};
  return fail(ErrorKind::invalid, "bad_name",
              std::string(what) + " \"" + printable(name.substr(0, 80)) + "\" is not a valid name",
              "use 1 to 32 letters, digits, '.', '_' or '-', beginning with a letter");
}

Status check_text(std::string_view what, std::string_view text) {
  const auto refuse = [&](const std::string& why) {
    return fail(ErrorKind::invalid, "bad_text", std::string(what) + " " + why,
                "use one line of UTF-8 text, 1 to " + std::to_string(longest_text) + " bytes");
  };
  if (text.empty()) return refuse("is empty");
  if (text.size() > longest_text) return refuse("is too long");
  for (std::size_t i = 0; i < text.size();) {
    const auto point = next_code_point(text.substr(i));
    if (!point) return refuse("is not valid UTF-8 at byte " + std::to_string(i + 1));
    if (is_unsafe(point->value))
      return refuse("has a control or direction character at byte " + std::to_string(i + 1));
    i += point->length;
  }
  return {};
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data(), end, number);
  if (text.empty() || code != std::errc{} || stop != end) return std::nullopt;
  return number;
}

std::string fold_case(std::string_view name) {
  std::string folded(name);
  for (char& c : folded)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return folded;
}

std::string joined(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& each : items) text += (text.empty() ? "" : ", ") + each;
  return text;
}

std::string printable(std::string_view text) {
  std::string shown;
  std::array<char, 16> escape{};
  for (std::size_t i = 0; i < text.size();) {
    const auto point = next_code_point(text.substr(i));
    if (!point) {
      std::snprintf(escape.data(), escape.size(), "\\x%02x", static_cast<std::uint8_t>(text[i]));
      shown += escape.data();
      ++i;
      continue;
    }
    if (is_unsafe(point->value)) {
      std::snprintf(escape.data(), escape.size(), "\\u%04x", point->value);
      shown += escape.data();
    } else {
      shown += text.substr(i, point->length);
    }
    i += point->length;
  }
  return shown;
}

}  // namespace countersign
