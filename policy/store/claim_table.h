// Claims: what identity providers say of callers, and the accounts that sign in by them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "policy/model/claim.h"

namespace soci {
class session;
}

namespace countersign {

/// What the kernel says of the process that called, by name.
struct UnixIdentity {
  std::string login;
  std::vector<std::string> groups;
};

/// A deleted claim keeps its number and whose it was: it comes back as the same. Not thread-safe.
/// Throws what the database throws; PolicyStore::run() catches it.
class ClaimTable {
 public:
  explicit ClaimTable(soci::session& sql);
  ~ClaimTable();

  /// There must be none of that provider, type and value.
  PrincipalId add(const Claim& claim);
  /// Stores account, description and whether it is deleted; a deleted one leaves its groups and
  /// roles.
  void change(const Claim& claim);

  std::optional<Claim> find(PrincipalId id);
  /// By "scheme:type:value", deleted or not.
  std::optional<Claim> find(const std::string& text);
  /// Those that are not deleted.
  std::vector<Claim> list();
  std::vector<Claim> of_account(AccountId account);
  /// Whether there is any, deleted ones included.
  bool any_of(ProviderId provider);

  /// The claims that are not deleted among what the kernel said.
  std::vector<PrincipalId> brought_by(const UnixIdentity& identity);
  /// Those of `claims` that are not deleted by now.
  std::vector<PrincipalId> still_there(const std::vector<PrincipalId>& claims);

 private:
  struct Prepared;
  std::vector<Claim> list_where(const std::string& condition, std::int64_t value);

  soci::session& sql_;
  std::unique_ptr<Prepared> prepared_;
};

}  // namespace countersign
