// Who answers in whose place.
#pragma once

#include <optional>
#include <vector>

#include "policy/model/delegation.h"

namespace soci {
class session;
}

namespace countersign {

/// Not thread-safe. Throws what the database throws; PolicyStore::run() catches it.
class DelegationTable {
 public:
  explicit DelegationTable(soci::session& sql) : sql_(sql) {}

  DelegationId add(const Delegation& delegation);
  std::optional<Delegation> find(DelegationId id);
  /// From the account and to it, oldest first, whether over or not.
  std::vector<Delegation> of(AccountId account);
  /// In whose place the account answers at `now`.
  std::vector<AccountId> delegators_of(AccountId delegate, Time now);
  /// Everybody who answers in somebody's place at `now`.
  std::vector<AccountId> delegates(Time now);
  void end(DelegationId id, Time now);

 private:
  soci::session& sql_;
};

}  // namespace countersign
