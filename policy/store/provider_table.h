// Identity providers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/model/claim.h"

namespace soci {
class session;
}

namespace countersign {

/// Not thread-safe. Throws what the database throws; PolicyStore::run() catches it.
class ProviderTable {
 public:
  explicit ProviderTable(soci::session& sql) : sql_(sql) {}

  /// Scheme and display name must be free.
  ProviderId add(const IdentityProvider& provider);
  std::optional<IdentityProvider> find(const std::string& scheme);
  std::optional<IdentityProvider> find_by_display_name(const std::string& name);
  std::vector<IdentityProvider> list();
  void rename(ProviderId id, const std::string& display_name);
  /// The provider must have no claim, deleted ones included.
  void remove(ProviderId id);

 private:
  std::optional<IdentityProvider> find_where(const std::string& column, const std::string& value);

  soci::session& sql_;
};

}  // namespace countersign
