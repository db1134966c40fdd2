// Accounts: who acts. A person's account, or a machine's with a person who owns it.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "policy/model/ids.h"
#include "policy/model/permissions/layered_role.h"

namespace countersign {

enum class AccountKind { user, machine };
enum class AccountState { active, disabled, deleted };

struct Account {
  AccountId id = 0;
  std::string name;
  AccountKind kind = AccountKind::user;
  AccountState state = AccountState::active;
  LayeredRole product_role = LayeredRole::product_member;
  std::vector<AccountId> owners = {};  ///< of a machine: people
  std::string description = {};

  bool is_owned_by(AccountId account) const {
    return std::find(owners.begin(), owners.end(), account) != owners.end();
  }
};

inline std::string_view to_text(AccountKind kind) {
  return kind == AccountKind::user ? "user" : "machine";
}
inline std::string_view to_text(AccountState state) {
  if (state == AccountState::active) return "active";
  return state == AccountState::disabled ? "disabled" : "deleted";
}

}  // namespace countersign
