// Requests in the world of the store's tests: filed, answered and used by name.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "policy/accounts.h"
#include "policy/delegations.h"
#include "policy/groups.h"
#include "policy/inbox.h"
#include "tests/policy/store_world.h"

namespace countersign::test {

class RequestWorld : public StoreWorld {
 protected:
  std::string set(const nlohmann::json& policy) {
    return submits("keeper", "policy.set", {{"signer", 0}, {"policy", policy}, {"reason", "test"}});
  }

  /// The usual policy with one value more.
  static nlohmann::json with(const std::string& pointer, const nlohmann::json& value) {
    nlohmann::json policy = policy_of({"approver", "second"}, 1);
    policy[nlohmann::json::json_pointer(pointer)] = value;
    return policy;
  }

  Result<Request> create(const std::string& who, const NewRequest& wish) {
    const Caller caller = as(who);
    return in([&](Transaction& transaction) {
      return create_request(transaction, caller, signer(transaction), wish);
    });
  }

  std::string answer(const Caller& caller, RequestId id, const Answer& answer) {
    return code(in(
        [&](Transaction& transaction) { return answer_request(transaction, caller, id, answer); }));
  }

  /// Somebody whose token goes back to a proof of who he is so long ago.
  Caller proven(const std::string& who, Milliseconds ago) {
    Caller caller = as(who);
    caller.proven = clock_.now() - ago;
    return caller;
  }

  std::string delegate(const std::string& who, const std::string& colleague,
                       Milliseconds after = Milliseconds(0),
                       Milliseconds length = std::chrono::hours(24)) {
    const Caller caller = as(who);
    return code(in([&](Transaction& transaction) {
      return create_delegation(transaction, caller, colleague, transaction.now + after,
                               transaction.now + after + length, "holiday");
    }));
  }

  /// "request 3, review 4" as far as anything waits for him.
  std::string inbox(const std::string& who) {
    const Caller caller = as(who);
    std::string text;
    const auto add = [&](const char* kind, std::int64_t number) {
      text += (text.empty() ? "" : ", ") + std::string(kind) + " " + std::to_string(number);
    };
    in([&](Transaction& transaction) -> Result<bool> {
      const Inbox found = inbox_of(transaction, caller);
      for (const Request& each : found.to_answer) add("request", each.id);
      for (const Request& each : found.to_review) add("review", each.id);
      for (const ChangeRequest& each : found.to_consent) add("change", each.id);
      return true;
    });
    return text;
  }

  std::string stop(const std::string& who, RequestId id, RequestAction action) {
    const Caller caller = as(who);
    return code(in([&](Transaction& transaction) {
      return stop_request(transaction, caller, id, action, "request.stop", "because");
    }));
  }

  /// A member of the signer by `role`.
  void make_machine(const std::string& name, const std::string& owner, const char* role) {
    const Caller admin = as("admin");
    ASSERT_EQ(
        code(in([&](Transaction& transaction) {
          return create_account(transaction, admin, {name, AccountKind::machine, {}, {}, owner});
        })),
        "ok");
    ASSERT_EQ(submits("keeper", "member.add", {{"signer", 0}, {"principal", name}, {"role", role}}),
              "ok");
  }

  /// A group of auditors of the signer.
  void make_group(const std::string& name, const std::vector<std::string>& members) {
    const Caller admin = as("admin");
    ASSERT_EQ(code(in([&](Transaction& transaction) {
                return create_group(transaction, admin, name, "");
              })),
              "ok");
    for (const std::string& each : members)
      ASSERT_EQ(submits("admin", "group.add", {{"group", name}, {"principal", each}}), "ok");
    ASSERT_EQ(
        submits("keeper", "member.add", {{"signer", 0}, {"principal", name}, {"role", "auditor"}}),
        "ok");
  }

  void disable(const std::string& who) {
    ASSERT_EQ(submits("admin", "account.disable", {{"account", who}, {"reason", "left"}}), "ok");
  }
};

}  // namespace countersign::test
