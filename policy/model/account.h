// Accounts: who acts. A person's account, or a machine's with a person who owns it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "policy/model/ids.h"
#include "policy/model/permissions/layered_role.h"

namespace countersign {

enum class AccountKind { user, machine };
enum class AccountState { active, disabled };

struct Account {
  AccountId id = 0;
  std::string name;
  AccountKind kind = AccountKind::user;
  AccountState state = AccountState::active;
  LayeredRole product_role = LayeredRole::product_member;
  std::optional<std::string> unix_user;  ///< login name that the kernel vouches for
  std::optional<AccountId> owner;        ///< of a machine
};

inline std::string_view to_text(AccountKind kind) {
  return kind == AccountKind::user ? "user" : "machine";
}
inline std::string_view to_text(AccountState state) {
  return state == AccountState::active ? "active" : "disabled";
}

}  // namespace countersign
