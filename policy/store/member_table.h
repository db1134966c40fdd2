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

  std::optional<LayeredRole> role(SignerId signer, AccountId account);
  void set(SignerId signer, AccountId account, LayeredRole role);
  void remove(SignerId signer, AccountId account);
  /// The members of a signer, by account number.
  std::vector<std::pair<AccountId, LayeredRole>> of_signer(SignerId signer);
  /// The signers an account is a member of, by signer number.
  std::vector<std::pair<SignerId, LayeredRole>> of_account(AccountId account);

 private:
  struct Prepared;
  soci::session& sql_;
  std::unique_ptr<Prepared> prepared_;
};

}  // namespace countersign
