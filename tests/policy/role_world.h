// The store of the tests with everybody enrolled, and short words for what is done with roles.
#pragma once

#include <string>
#include <vector>

#include "policy/access.h"
#include "policy/accounts.h"
#include "policy/change_people.h"
#include "policy/groups.h"
#include "policy/permission_sets.h"
#include "policy/roles.h"
#include "tests/policy/store_world.h"

namespace countersign::test {

/// Each word answers the error's code, or "ok". They are done as `actor_`.
class RoleWorld : public StoreWorld {
 protected:
  /// The codes of the accounts that the world begins with run out.
  RoleWorld() { clock_.advance(std::chrono::hours(25)); }

  template <class Function>
  std::string does(Function work) {
    const Caller caller = as(actor_);
    return code(in([&](Transaction& transaction) { return work(transaction, caller); }));
  }

  std::string role(const std::string& name, const std::vector<std::string>& strings,
                   const std::string& set = "Global") {
    return does([&](auto& transaction, auto& caller) {
      return create_role(transaction, caller, {name, "", set, strings});
    });
  }
  std::string change(const std::string& name, const std::vector<std::string>& strings,
                     const std::string& set = "Global") {
    return does([&](auto& transaction, auto& caller) {
      return change_role(transaction, caller, {name, "", set, strings});
    });
  }
  std::string remove_role(const std::string& name) {
    return does(
        [&](auto& transaction, auto& caller) { return delete_role(transaction, caller, name); });
  }
  std::string grant(const std::string& name, const std::string& whom) {
    return does([&](auto& transaction, auto& caller) {
      return grant_role(transaction, caller, name, whom);
    });
  }
  std::string take(const std::string& name, const std::string& whom) {
    return does([&](auto& transaction, auto& caller) {
      return revoke_role(transaction, caller, name, whom);
    });
  }
  std::string set(const std::string& name, const std::vector<std::string>& strings) {
    return does([&](auto& transaction, auto& caller) {
      return create_permission_set(transaction, caller, {name, "", "", strings});
    });
  }
  std::string change_set(const std::string& name, const std::vector<std::string>& strings) {
    return does([&](auto& transaction, auto& caller) {
      return change_permission_set(transaction, caller, {name, "", "", strings});
    });
  }
  std::string remove_set(const std::string& name) {
    return does([&](auto& transaction, auto& caller) {
      return delete_permission_set(transaction, caller, name);
    });
  }
  std::string group(const std::string& name) {
    return does([&](auto& transaction, auto& caller) {
      return create_group(transaction, caller, name, "");
    });
  }
  /// Whose consent the change that was submitted last waits for still.
  std::string asked() {
    return *in([&](Transaction& transaction) -> Result<std::string> {
      std::set<std::string> names;
      const ChangeRequest change = transaction.changes.list(std::nullopt, 0, 1000).back();
      for (const ChangePart& part : change.parts)
        for (const AccountId id : people_asked(transaction, change, part))
          names.insert(transaction.accounts.name_of(id));
      std::string text;
      for (const std::string& each : names) text += (text.empty() ? "" : " ") + each;
      return text;
    });
  }
  std::string remove_group(const std::string& name) {
    return submits(actor_, "group.delete", {{"group", name}});
  }
  std::string join(const std::string& name, const std::string& whom) {
    return submits(actor_, "group.add", {{"group", name}, {"principal", whom}});
  }
  std::string leave(const std::string& name, const std::string& whom, bool force = false) {
    return submits(actor_, "group.remove", {{"group", name}, {"principal", whom}}, force);
  }

  /// Whether the account may, on the world's signer.
  bool may(const std::string& who, std::string_view right) {
    const Caller caller = as(who);
    return *in([&](Transaction& transaction) -> Result<bool> {
      return countersign::may(transaction, caller.account, right, &signer(transaction));
    });
  }
  RightDecision answer(const std::string& who, const std::string& permission) {
    const Caller caller = as(who);
    return *in([&](Transaction& transaction) -> Result<RightDecision> {
      return right_of(transaction, caller.account, {*Permission::parse(permission), {}});
    });
  }

  std::string actor_ = "admin";
};

}  // namespace countersign::test
