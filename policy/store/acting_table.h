// Who acts on what: members, and all who can act as one of them.
#pragma once

#include <compare>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "policy/caller.h"
#include "policy/model/permissions/layered_role.h"

namespace soci {
class session;
}

namespace countersign {

/// A way to act: as the account `as` itself, or by being an owner of that machine, or by bringing a
/// claim. A claim that is itself a member, or in a group that is one, acts as itself.
struct Way {
  PrincipalId actor = 0;
  PrincipalId as = 0;

  auto operator<=>(const Way&) const = default;
};

/// Each way to act, with the strongest role that it gives.
using Acting = std::map<Way, LayeredRole>;

/// Disabled and deleted accounts and deleted claims do not act. Not thread-safe. Throws what the
/// database throws; PolicyStore::run() catches it.
class ActingTable {
 public:
  explicit ActingTable(soci::session& sql) : sql_(sql) {}

  Acting on_signer(SignerId signer);
  /// Those who act as a product admin.
  Acting on_product();

  /// The accounts and claims that are or stand within one of `principals`.
  std::set<PrincipalId> within(const std::vector<PrincipalId>& principals);
  /// How a step may name the account, its claims and every group that one of them stands in:
  /// "name" and "group:name" in lower case, and claims as they are.
  std::set<std::string> approver_names(const Subject& subject);
  /// The signers that one of `principals`, or a group around it, is a member of.
  std::vector<SignerId> signers_around(const std::vector<PrincipalId>& principals);

 private:
  Acting acting(const std::string& members, SignerId signer, Layer layer);

  soci::session& sql_;
};

}  // namespace countersign
