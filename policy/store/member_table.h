// Who is a member of which signer, and as what.
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "policy/model/ids.h"
#include "policy/model/permissions/layered_role.h"

namespace soci {
class session;
}

namespace countersign {

/// Not thread-safe. Throws what the database throws; PolicyStore::run() catches it.
class MemberTable {
 public:
  explicit MemberTable(soci::session& sql);
  ~MemberTable();

  /// The role that the principal holds itself.
  std::optional<LayeredRole> role(SignerId signer, PrincipalId principal);
  void set(SignerId signer, PrincipalId principal, LayeredRole role);
  void remove(SignerId signer, PrincipalId principal);
  /// The members of a signer, by number.
  std::vector<std::pair<PrincipalId, LayeredRole>> of_signer(SignerId signer);
  /// The signers that the principal is a member of itself, by signer number.
  std::vector<std::pair<SignerId, LayeredRole>> of_principal(PrincipalId principal);

 private:
  struct Prepared;
  soci::session& sql_;
  std::unique_ptr<Prepared> prepared_;
};

}  // namespace countersign
