#include "policy/store/provider_table.h"

#include <stdexcept>

#include "core/text.h"
#include "policy/store/rows.h"

namespace countersign {
namespace {

constexpr const char* select_provider =
    "SELECT id, kind, scheme, display_name FROM identity_provider ";

struct ProviderRow {
  Column id = 0;
  std::string kind, scheme, display_name;

  IdentityProvider provider() const {
    const auto known = provider_kind_from_text(kind);
    if (!known) throw std::runtime_error("malformed row: identity provider " + std::to_string(id));
    return {id, *known, scheme, display_name};
  }
};

}  // namespace

ProviderId ProviderTable::add(const IdentityProvider& provider) {
  Column id = 0;
  const std::string kind(to_text(provider.kind));
  const std::string folded = fold_case(provider.display_name);
  sql_ << "INSERT INTO identity_provider (kind, scheme, display_name, folded)"
          " VALUES (:k, :s, :d, :f) RETURNING id",
      soci::use(kind), soci::use(provider.scheme), soci::use(provider.display_name),
      soci::use(folded), soci::into(id);
  return id;
}

std::optional<IdentityProvider> ProviderTable::find_where(const std::string& column,
                                                          const std::string& value) {
  ProviderRow row;
  sql_ << std::string(select_provider) + "WHERE " + column + " = :v", soci::use(value),
      soci::into(row.id), soci::into(row.kind), soci::into(row.scheme),
      soci::into(row.display_name);
  if (!sql_.got_data()) return std::nullopt;
  return row.provider();
}

std::optional<IdentityProvider> ProviderTable::find(const std::string& scheme) {
  return find_where("scheme", scheme);
}

std::optional<IdentityProvider> ProviderTable::find_by_display_name(const std::string& name) {
  return find_where("folded", fold_case(name));
}

std::vector<IdentityProvider> ProviderTable::list() {
  ProviderRow row;
  soci::statement query =
      (sql_.prepare << std::string(select_provider) + "ORDER BY id", soci::into(row.id),
       soci::into(row.kind), soci::into(row.scheme), soci::into(row.display_name));
  query.execute();
  std::vector<IdentityProvider> providers;
  while (query.fetch()) providers.push_back(row.provider());
  return providers;
}

void ProviderTable::rename(ProviderId id, const std::string& display_name) {
  const Column wanted = id;
  const std::string folded = fold_case(display_name);
  sql_ << "UPDATE identity_provider SET display_name = :d, folded = :f WHERE id = :i",
      soci::use(display_name), soci::use(folded), soci::use(wanted);
}

void ProviderTable::remove(ProviderId id) {
  const Column wanted = id;
  sql_ << "DELETE FROM identity_provider WHERE id = :i", soci::use(wanted);
}

}  // namespace countersign
