// Accounts, who owns which machine, and who vouched for whom.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "policy/model/account.h"
#include "policy/store/remembered.h"

namespace soci {
class session;
}

namespace countersign {

class WriteWatch;

/// Remembers what was found by number until something of it may have changed. Not thread-safe.
/// Throws what the database throws; PolicyStore::run() catches it.
class AccountTable {
 public:
  AccountTable(soci::session& sql, const WriteWatch& watch);
  ~AccountTable();

  /// Stores a new account with its product role and owners; returns its number. The name must be
  /// free.
  AccountId add(const Account& account);

  void set_state(AccountId id, AccountState state);
  void set_product_role(AccountId id, LayeredRole role);
  void describe(AccountId id, const std::string& description);
  /// Marks the account deleted and takes its memberships, groups and roles. Its name stays taken.
  void remove(AccountId id);
  void add_owner(AccountId machine, AccountId owner);
  void remove_owner(AccountId machine, AccountId owner);
  /// Whether the account has been an owner of the machine and is none any more.
  bool owned_once(AccountId machine, AccountId owner);
  /// Keeps that `voucher` said who acts as the account: made it, its code or a claim of it.
  void vouch(AccountId account, AccountId voucher);
  std::vector<AccountId> vouched_by(AccountId voucher);

  /// Whatever its state.
  std::optional<Account> find(AccountId id);
  /// One that is not deleted.
  std::optional<Account> find(const std::string& name);
  /// Whether a principal has the name, even a deleted account.
  bool is_taken(const std::string& name);
  /// The account that owns the claim of this login name.
  std::optional<Account> find_unix_user(const std::string& login);
  std::vector<Account> list();  ///< without deleted ones
  /// The machines that the person owns.
  std::vector<AccountId> machines_of(AccountId owner);
  /// The name of an account; "?" when there is none.
  std::string name_of(AccountId id);

 private:
  struct Prepared;
  void link(const char* kind, AccountId holder, AccountId held);
  std::vector<AccountId> held_by(const char* kind, AccountId holder);

  soci::session& sql_;
  Remembered<AccountId, Account> known_;
  std::unique_ptr<Prepared> prepared_;
};

}  // namespace countersign
