// Who is a member of which signer, and as what.
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "policy/model/ids.h"
#include "policy/model/role.h"

namespace soci {
class session;
}

namespace countersign {

/// Not thread-safe. Throws what the database throws; PolicyStore::run() catches it.
class MemberTable {
 public:
  explicit MemberTable(soci::session& sql);
  ~MemberTable();

  std::optional<SignerRole> role(SignerId signer, AccountId account);
  void set(SignerId signer, AccountId account, SignerRole role);
  void remove(SignerId signer, AccountId account);
  /// The members of a signer, by account number.
  std::vector<std::pair<AccountId, SignerRole>> of_signer(SignerId signer);
  /// The signers an account is a member of, by signer number.
  std::vector<std::pair<SignerId, SignerRole>> of_account(AccountId account);

 private:
  struct Prepared;
  soci::session& sql_;
  std::unique_ptr<Prepared> prepared_;
};

}  // namespace countersign
