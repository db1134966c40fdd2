// What an account holds, by itself and through its groups: the one place that is read for a
// decision.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "policy/model/ids.h"
#include "policy/model/permissions/right_decision.h"

namespace soci {
class session;
}

namespace countersign {

/// Not thread-safe. Throws what the database throws; PolicyStore::run() catches it.
class RightTable {
 public:
  explicit RightTable(soci::session& sql);
  ~RightTable();

  /// What `account` holds among `relevant`, in one query whose work grows with the account's groups
  /// and roles and not with the store. Groups give roles with strings and roles on applications;
  /// another layered role is the account's own.
  HeldRights held_by(AccountId account, const RelevantRights& relevant);

  /// Every string that `account` holds, each as far as its permission set reaches.
  std::vector<Permission> strings_of(AccountId account);

  /// Every layered role of the account, without saying through which group and of what name.
  std::vector<HeldMembership> memberships_of(AccountId account);

  /// The query behind held_by(), for the test that looks at its plan.
  static std::string query();

 private:
  struct Prepared;
  soci::session& sql_;
  std::unique_ptr<Prepared> prepared_;
};

}  // namespace countersign
