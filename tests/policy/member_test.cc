// Membership: what one signer admin can and cannot do.
#include "policy/access.h"
#include "policy/accounts.h"
#include "policy/members.h"
#include "policy/signers.h"
#include "tests/policy/store_world.h"

namespace countersign::test {
namespace {

class Members : public StoreWorld {
 protected:
  std::string add(const std::string& who, const char* role) {
    return submits("keeper", "member.add", {{"signer", 0}, {"principal", who}, {"role", role}});
  }
  std::string remove(const std::string& who) {
    return submits("keeper", "member.remove", {{"signer", 0}, {"principal", who}});
  }
  Status allowed(const std::string& who, const char* name) {
    const Caller caller = as(who);
    return in([&](Transaction& transaction) {
      return authorise(transaction, caller, operation(name), &signer(transaction));
    });
  }
};

TEST_F(Members, TheLastAdminStays) {
  EXPECT_EQ(add("keeper", "operator"), "last_admin");
  EXPECT_EQ(remove("keeper"), "last_admin");
}

TEST_F(Members, RemovedMemberLosesHisRequestsForGood) {
  const RequestId id = ask("engineer", 3)->id;
  ASSERT_TRUE(approve("approver", id));
  const RequestId waiting = ask("engineer", 1)->id;
  ASSERT_EQ(remove("engineer"), "ok");
  EXPECT_EQ(code(sign("engineer", operation_id(1))), "not_found");
  ASSERT_EQ(add("engineer", "operator"), "ok");
  EXPECT_EQ(show(id).state, RequestState::revoked);
  EXPECT_EQ(show(waiting).state, RequestState::cancelled);
  EXPECT_NE(code(sign("engineer", operation_id(2))), "ok");
}

TEST_F(Members, DemotedMemberLosesHisRequestsForGood) {
  const RequestId id = ask("engineer", 3)->id;
  ASSERT_TRUE(approve("approver", id));
  ASSERT_EQ(add("engineer", "auditor"), "ok");
  EXPECT_EQ(show(id).state, RequestState::revoked);
  ASSERT_EQ(add("engineer", "operator"), "ok");
  EXPECT_EQ(code(sign("engineer", operation_id(1))), "approval_revoked");
}

TEST_F(Members, NamedApproverCannotBeRemoved) {
  EXPECT_EQ(remove("approver"), "named_in_policy");
  EXPECT_EQ(remove("outsider"), "not_found");
}

TEST_F(Members, OwnMachineIsOneself) {
  const Caller admin = as("admin");
  ASSERT_TRUE(in([&](Transaction& transaction) {
    return create_account(transaction, admin, {"robot", AccountKind::machine, {}, {}, "keeper"});
  }));
  EXPECT_EQ(add("robot", "operator"), "needs_second_admin");
}

TEST_F(Members, UnknownAccountsAreNotFound) {
  EXPECT_EQ(add("nobody", "operator"), "not_found");
  EXPECT_EQ(add("engineer", "operator"), "is_member");
}

TEST_F(Members, RightsFollowTheTable) {
  struct Row {
    const char* operation;
    bool keeper, engineer, approver, admin;
  };
  for (const Row& row :
       {Row{"signer.show", true, true, true, true}, Row{"signer.freeze", true, false, false, true},
        Row{"signer.unfreeze", true, false, false, false},
        Row{"policy.set", true, false, false, false}, Row{"policy.show", true, true, true, true},
        Row{"member.add", true, false, false, true}, Row{"member.list", true, true, true, true},
        Row{"request.create", true, true, false, false},
        Row{"request.approve", true, true, true, false},
        Row{"request.revoke", true, false, false, false},
        Row{"account.create", false, false, false, true},
        Row{"signer.create", false, false, false, true}, Row{"log.list", false, false, false, true},
        Row{"hsm.retry", false, false, false, true}}) {
    EXPECT_EQ(allowed("keeper", row.operation).has_value(), row.keeper) << row.operation;
    EXPECT_EQ(allowed("engineer", row.operation).has_value(), row.engineer) << row.operation;
    EXPECT_EQ(allowed("approver", row.operation).has_value(), row.approver) << row.operation;
    EXPECT_EQ(allowed("admin", row.operation).has_value(), row.admin) << row.operation;
  }
}

TEST_F(Members, OutsidersSeeTheSameAsIfThereWereNothing) {
  const Caller outsider = as("outsider");
  const auto look = [&](const std::string& name) {
    return in(
        [&](Transaction& transaction) { return visible_signer(transaction, outsider, name); });
  };
  const auto hidden = look("release");
  const auto missing = look("nothing");
  ASSERT_FALSE(hidden || missing);
  EXPECT_EQ(hidden.error().text(), missing.error().text());
  EXPECT_EQ(hidden.error().code, "not_found");
  EXPECT_EQ(code(look("1")), "not_found");
}

TEST_F(Members, FreezingTwiceIsAConflict) {
  const Caller admin = as("admin");
  const auto freeze = [&] {
    return in([&](Transaction& transaction) {
      return freeze_signer(transaction, admin, signer(transaction), "incident");
    });
  };
  EXPECT_EQ(code(freeze()), "ok");
  EXPECT_EQ(code(freeze()), "not_active");
}

}  // namespace
}  // namespace countersign::test
