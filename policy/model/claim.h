// Identity providers, and the claims that they make about who is calling.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/model/ids.h"

namespace countersign {

using ProviderId = std::int64_t;

/// Providers that every store has, and that stay. Today they alone say who a caller is.
inline constexpr ProviderId unix_provider = 1;
inline constexpr ProviderId token_provider = 2;

enum class ProviderKind { unix_host, x509, token, oidc };

struct IdentityProvider {
  ProviderId id = 0;
  ProviderKind kind = ProviderKind::unix_host;
  std::string scheme;        ///< how claims name it: a-z, 0-9, "_" and "-"
  std::string display_name;  ///< unique without regard to case
};

enum class ClaimType {
  user,
  group,
  computer,
  oauth_oid,
  oauth_role,
  oauth_subject,
  oauth_client_id
};

/// What a provider may say of a caller. It is a principal: groups and roles can hold it.
struct Claim {
  PrincipalId id = 0;
  ProviderId provider = 0;
  std::string scheme;  ///< the provider's
  ClaimType type = ClaimType::user;
  std::string value;
  std::optional<AccountId> account;  ///< who signs in by it
  std::string description;
  bool active = true;  ///< not deleted
};

/// "scheme:type:value", by which a claim is named wherever a principal is.
std::string text_of(const Claim& claim);

/// Whether many people may bring a claim of this type, so that it is nobody's account.
bool is_shared(ClaimType type);

/// "unix", "x509", "token", "oidc".
std::string_view to_text(ProviderKind kind);
std::optional<ProviderKind> provider_kind_from_text(std::string_view text);
/// "user", "group", "computer", "oauth_oid", "oauth_role", "oauth_subject", "oauth_client_id".
std::string_view to_text(ClaimType type);
std::optional<ClaimType> claim_type_from_text(std::string_view text);

}  // namespace countersign
