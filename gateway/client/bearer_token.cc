#include "gateway/client/bearer_token.h"

#include <algorithm>
#include <cstdlib>

namespace countersign {
namespace {

constexpr std::string_view prefix = "cs_";
constexpr std::size_t random_part = 26;

bool is_base32(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7');
}

}  // namespace

bool is_bearer_token(std::string_view text) noexcept {
  return text.size() == prefix.size() + random_part && text.starts_with(prefix) &&
         std::all_of(text.begin() + prefix.size(), text.end(), is_base32);
}

std::optional<SecureBytes> bearer_token_from_environment() {
  const char* const value = secure_getenv("COUNTERSIGN_TOKEN");
  if (value == nullptr || *value == '\0') return std::nullopt;
  return SecureBytes(value);
}

}  // namespace countersign
