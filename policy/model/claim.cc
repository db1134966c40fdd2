#include "policy/model/claim.h"

#include <algorithm>
#include <array>

namespace countersign {
namespace {

constexpr std::array<std::string_view, 4> kinds{"unix", "x509", "token", "oidc"};
constexpr std::array<std::string_view, 7> types{
    "user", "group", "computer", "oauth_oid", "oauth_role", "oauth_subject", "oauth_client_id"};

template <class Value, std::size_t size>
std::optional<Value> among(const std::array<std::string_view, size>& names, std::string_view text) {
  const auto found = std::ranges::find(names, text);
  if (found == names.end()) return std::nullopt;
  return static_cast<Value>(found - names.begin());
}

}  // namespace

std::string text_of(const Claim& claim) {
  return claim.scheme + ":" + std::string(to_text(claim.type)) + ":" + claim.value;
}

bool is_shared(ClaimType type) {
  return type == ClaimType::group || type == ClaimType::oauth_role;
}

std::string_view to_text(ProviderKind kind) {
  return kinds.at(static_cast<std::size_t>(kind));
}
std::optional<ProviderKind> provider_kind_from_text(std::string_view text) {
  return among<ProviderKind>(kinds, text);
}
std::string_view to_text(ClaimType type) {
  return types.at(static_cast<std::size_t>(type));
}
std::optional<ClaimType> claim_type_from_text(std::string_view text) {
  return among<ClaimType>(types, text);
}

}  // namespace countersign
