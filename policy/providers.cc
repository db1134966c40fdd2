#include "policy/providers.h"

#include <algorithm>

#include "core/text.h"
#include "policy/access.h"
#include "policy/role_rules.h"

namespace countersign {
namespace {

constexpr std::size_t longest_scheme = 32;

Status check_scheme(const std::string& scheme) {
  const bool good =
      !scheme.empty() && scheme.size() <= longest_scheme && std::ranges::all_of(scheme, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
      });
  if (good) return {};
  return fail(ErrorKind::invalid, "bad_scheme", "\"" + printable(scheme) + "\" is no scheme",
              "write 1 to 32 of a-z, 0-9, _ and -");
}

Status check_display_name(Transaction& transaction, const IdentityProvider& wish) {
  if (auto good = check_text("the display name", wish.display_name); !good) return good;
  const auto other = transaction.providers.find_by_display_name(wish.display_name);
  if (other && other->id != wish.id) return name_taken("identity provider", wish.display_name);
  return {};
}

void record(Transaction& transaction, const Caller& caller, const char* operation,
            const IdentityProvider& provider) {
  record_change(transaction, caller, operation, std::nullopt, std::nullopt,
                {{"provider", std::to_string(provider.id)},
                 {"scheme", provider.scheme},
                 {"display_name", provider.display_name}});
}

}  // namespace

Result<IdentityProvider> create_provider(Transaction& transaction, const Caller& caller,
                                         const IdentityProvider& wish) {
  if (auto good = check_scheme(wish.scheme); !good) return fail(good.error());
  if (transaction.providers.find(wish.scheme))
    return fail(ErrorKind::conflict, "scheme_taken",
                "there is an identity provider " + wish.scheme + " already",
                "choose another scheme");
  if (auto good = check_display_name(transaction, wish); !good) return fail(good.error());
  IdentityProvider provider = wish;
  provider.id = transaction.providers.add(provider);
  record(transaction, caller, "provider.create", provider);
  return provider;
}

Result<IdentityProvider> rename_provider(Transaction& transaction, const Caller& caller,
                                         const std::string& scheme,
                                         const std::string& display_name) {
  auto provider = transaction.providers.find(scheme);
  if (!provider) return no_such("identity provider");
  provider->display_name = display_name;
  if (auto good = check_display_name(transaction, *provider); !good) return fail(good.error());
  transaction.providers.rename(provider->id, display_name);
  record(transaction, caller, "provider.change", *provider);
  return std::move(*provider);
}

Result<IdentityProvider> delete_provider(Transaction& transaction, const Caller& caller,
                                         const std::string& scheme) {
  auto provider = transaction.providers.find(scheme);
  if (!provider) return no_such("identity provider");
  if (provider->id == unix_provider || provider->id == token_provider)
    return fail(ErrorKind::conflict, "built_in",
                "the identity provider " + scheme + " is part of every store");
  if (transaction.claims.any_of(provider->id))
    return fail(ErrorKind::conflict, "provider_in_use",
                "the identity provider " + scheme + " has claims, or had",
                "their names stay taken, so that nobody is mistaken for another");
  transaction.providers.remove(provider->id);
  record(transaction, caller, "provider.delete", *provider);
  return std::move(*provider);
}

}  // namespace countersign
