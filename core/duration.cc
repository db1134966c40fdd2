#include "core/duration.h"

#include <array>
#include <utility>

#include "core/text.h"

namespace countersign {
namespace {

constexpr std::array<std::pair<char, std::int64_t>, 4> units{
    {{'d', 86'400'000}, {'h', 3'600'000}, {'m', 60'000}, {'s', 1'000}}};
constexpr std::int64_t longest_ms = 3'650LL * 86'400'000;

}  // namespace

std::optional<Milliseconds> parse_duration(std::string_view text) {
  if (text.size() < 2) return std::nullopt;
  const auto number = whole_number(text.substr(0, text.size() - 1));
  if (!number || *number <= 0) return std::nullopt;
  for (const auto& [letter, factor] : units) {
    if (text.back() != letter) continue;
    if (*number > longest_ms / factor) return std::nullopt;
    return Milliseconds(*number * factor);
  }
  return std::nullopt;
}

std::string to_text(Milliseconds duration) {
  for (const auto& [letter, factor] : units) {
    if (duration.count() % factor == 0) return std::to_string(duration.count() / factor) + letter;
  }
  return std::to_string(duration.count() / 1000) + 's';
}

}  // namespace countersign
