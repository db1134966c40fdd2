// Accounts, the identities that belong to them, and who owns which machine.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "policy/model/account.h"

namespace soci {
class session;
}

namespace countersign {

/// Not thread-safe. Throws what the database throws; PolicyStore::run() catches it.
class AccountTable {
 public:
  explicit AccountTable(soci::session& sql);
  ~AccountTable();

  /// Stores a new account with its product role, claim and owner; returns its number. The name and
  /// the unix user must be free.
  AccountId add(const Account& account);

  void set_state(AccountId id, AccountState state);

  std::optional<Account> find(AccountId id);
  std::optional<Account> find(const std::string& name);
  /// The account that owns the claim of this login name.
  std::optional<Account> find_unix_user(const std::string& login);
  std::vector<Account> list();
  /// The machines that the person owns.
  std::vector<AccountId> machines_of(AccountId owner);
  /// The name of an account; "?" when there is none.
  std::string name_of(AccountId id);

 private:
  struct Prepared;
  soci::session& sql_;
  std::unique_ptr<Prepared> prepared_;
};

}  // namespace countersign
