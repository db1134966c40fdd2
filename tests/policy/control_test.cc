// Control over the controls: nobody gives himself a right, and "/" never gets a signature.
#include "policy/members.h"
#include "policy/policies.h"
#include "policy/signers.h"
#include "tests/policy/role_world.h"

namespace countersign::test {
namespace {

class Control : public RoleWorld {
 protected:
  /// Makes an account; it counts as enrolled when its code has run out.
  Result<CreatedAccount> account(const NewAccount& wish) {
    const Caller caller = as(actor_);
    return in([&](Transaction& transaction) { return create_account(transaction, caller, wish); });
  }
  void codes_run_out() { clock_.advance(std::chrono::hours(25)); }
  std::string allowed(const std::string& who, const char* name) {
    const Caller caller = as(who);
    return code(in([&](Transaction& transaction) {
      return authorise(transaction, caller, operation(name), &signer(transaction));
    }));
  }
  std::string disable(const std::string& name) {
    return submits(actor_, "account.disable", {{"account", name}, {"reason", "test"}});
  }
  std::string enable(const std::string& name) {
    return submits(actor_, "account.enable", {{"account", name}, {"reason", "test"}});
  }
  /// `mate` holds "/" and is no member of the signer.
  void make_mate_root() {
    ASSERT_EQ(submits("keeper", "member.remove", {{"signer", 0}, {"principal", "mate"}}), "ok");
    ASSERT_EQ(role("root", {"/"}), "ok");
    ASSERT_EQ(grant("root", "mate"), "ok");
    actor_ = "mate";
  }
  std::string add_member(const std::string& who, const std::string& whom, const char* role) {
    return submits(who, "member.add", {{"signer", 0}, {"principal", whom}, {"role", role}});
  }
  /// None of the accounts gets a signature, nor what leads to one.
  void expect_no_signature(const std::vector<std::string>& accounts) {
    unsigned operation_byte = 0x40;
    for (const std::string& who : accounts) {
      EXPECT_NE(code(sign(who, operation_id(operation_byte++))), "ok") << who;
      for (const char* const name :
           {"request.create", "request.approve", "signer.unfreeze", "request.revoke"})
        EXPECT_EQ(allowed(who, name), "not_allowed") << who << " " << name;
      for (const char* const role : {"operator", "admin"})
        EXPECT_NE(add_member(who, who, role), "ok") << who;
    }
  }
};

TEST_F(Control, NobodyGivesHimselfARole) {
  ASSERT_EQ(role("certificates", {"/certificates/"}), "ok");
  EXPECT_EQ(grant("certificates", "admin"), "own_gain");
  EXPECT_FALSE(may("admin", "/certificates/import/"));
}

TEST_F(Control, NorThroughAGroupInWhateverOrder) {
  ASSERT_EQ(role("certificates", {"/certificates/"}), "ok");
  for (const char* const name : {"first", "other", "outer"}) ASSERT_EQ(group(name), "ok");
  ASSERT_EQ(join("first", "admin"), "ok");
  EXPECT_EQ(grant("certificates", "first"), "own_gain");
  ASSERT_EQ(grant("certificates", "outer"), "ok");
  EXPECT_EQ(join("outer", "first"), "own_gain");
  ASSERT_EQ(grant("certificates", "other"), "ok");
  EXPECT_EQ(join("other", "admin"), "own_gain");
  EXPECT_FALSE(may("admin", "/certificates/import/"));
}

TEST_F(Control, NorByChangingWhatHeHolds) {
  ASSERT_EQ(role("root", {"/security/"}), "ok");
  ASSERT_EQ(grant("root", "mate"), "ok");
  actor_ = "mate";
  EXPECT_EQ(change("root", {"/"}), "own_gain");
  EXPECT_EQ(change("root", {"/security/modify/", "/auditing/"}), "own_gain");
  EXPECT_EQ(change("root", {"/security/modify/"}), "ok");
  EXPECT_EQ(change("root", {"/security/"}), "own_gain");
}

TEST_F(Control, NorByWideningASet) {
  ASSERT_EQ(role("security", {"/security/"}), "ok");
  ASSERT_EQ(set("watching", {"/auditing/"}), "ok");
  ASSERT_EQ(role("watcher", {"/auditing/"}, "watching"), "ok");
  ASSERT_EQ(grant("security", "mate"), "ok");
  ASSERT_EQ(grant("watcher", "mate"), "ok");
  actor_ = "mate";
  ASSERT_EQ(change_set("watching", {"/auditing/", "/signers/"}), "ok");
  EXPECT_EQ(change("watcher", {"/auditing/", "/signers/"}, "watching"), "own_gain");
  EXPECT_EQ(change("watcher", {"/"}), "own_gain");
}

TEST_F(Control, NorToAMachineOfHis) {
  ASSERT_EQ(code(account({"robot", AccountKind::machine, {}, {}, "admin"})), "ok");
  ASSERT_EQ(code(account({"other", AccountKind::machine, {}, {}, "mate"})), "ok");
  codes_run_out();
  ASSERT_EQ(role("certificates", {"/certificates/"}), "ok");
  EXPECT_EQ(grant("certificates", "robot"), "own_gain");
  ASSERT_EQ(group("team"), "ok");
  ASSERT_EQ(join("team", "robot"), "ok");
  EXPECT_EQ(grant("certificates", "team"), "own_gain");
  EXPECT_EQ(grant("certificates", "other"), "ok");
}

TEST_F(Control, NorToAnAccountWhoseCodeHeHasSeen) {
  ASSERT_EQ(role("certificates", {"/certificates/"}), "ok");
  const auto made = account({"second-self", {}, {}, {}, {}});
  ASSERT_TRUE(made);
  EXPECT_EQ(grant("certificates", "second-self"), "not_enrolled");
  ASSERT_EQ(group("team"), "ok");
  ASSERT_EQ(join("team", "second-self"), "ok");
  EXPECT_EQ(grant("certificates", "team"), "not_enrolled");
  ASSERT_TRUE(in([&](Transaction& transaction) {
    return enrol(transaction, made->enrolment.code.view(), {}, {});
  }));
  EXPECT_EQ(grant("certificates", "team"), "ok");
}

TEST_F(Control, WhatIsRefusedLeavesNothing) {
  ASSERT_EQ(role("certificates", {"/certificates/"}), "ok");
  ASSERT_EQ(group("team"), "ok");
  ASSERT_EQ(grant("certificates", "team"), "ok");
  const auto before = log().size();
  ASSERT_EQ(join("team", "admin"), "own_gain");
  EXPECT_EQ(log().size(), before);
  reopen();
  EXPECT_FALSE(may("admin", "/certificates/import/"));
  EXPECT_EQ(leave("team", "admin"), "not_found");
}

TEST_F(Control, RootGetsNoSignature) {
  make_mate_root();
  EXPECT_TRUE(may("mate", right::see_signer));
  EXPECT_TRUE(may("mate", right::export_certificate));
  EXPECT_EQ(code(sign("mate", operation_id(1))), "not_a_signing_member");
  expect_no_signature({"mate"});
}

TEST_F(Control, RootGetsNoneThroughAGroup) {
  make_mate_root();
  ASSERT_EQ(group("team"), "ok");
  ASSERT_EQ(join("team", "mate"), "ok");
  ASSERT_EQ(join("team", "engineer"), "ok");
  ASSERT_EQ(join("team", "keeper"), "ok");
  EXPECT_EQ(role("signing", {"/signers/sign/1/"}), "by_membership");
  EXPECT_EQ(add_member("mate", "team", "operator"), "waits");
  EXPECT_EQ(answers("mate"), "own_change");
  EXPECT_EQ(answers("engineer"), "not_an_approver");
  expect_no_signature({"mate"});
  ASSERT_EQ(leave("team", "mate"), "ok");
  ASSERT_EQ(add_member("keeper", "team", "operator"), "ok");
  EXPECT_EQ(join("team", "mate"), "waits");
  expect_no_signature({"mate"});
}

TEST_F(Control, RootGetsNoneThroughAMachineOrASecondIdentity) {
  make_mate_root();
  ASSERT_EQ(code(account({"robot", AccountKind::machine, {}, {}, "mate"})), "ok");
  const auto made = account({"second-self", {}, {}, "mate-too", {}});
  ASSERT_TRUE(made);
  ASSERT_TRUE(in([&](Transaction& transaction) {
    return enrol(transaction, made->enrolment.code.view(), {}, {});
  }));
  codes_run_out();
  EXPECT_EQ(grant("root", "robot"), "own_gain");
  EXPECT_EQ(grant("root", "second-self"), "own_gain");
  EXPECT_EQ(code(account({"third", {}, LayeredRole::product_admin, {}, {}})), "needs_second_admin");
  expect_no_signature({"mate", "robot", "second-self"});
}

TEST_F(Control, RootGetsNoneByDisablingOthers) {
  make_mate_root();
  EXPECT_EQ(disable("keeper"), "last_admin");
  EXPECT_EQ(disable("admin"), "last_admin");
  EXPECT_EQ(disable("approver"), "ok");
  EXPECT_EQ(disable("second"), "step_unsatisfiable");
  EXPECT_EQ(disable("engineer"), "ok");
  EXPECT_EQ(enable("engineer"), "waits");
  EXPECT_EQ(answers("approver"), "not_an_approver");
  expect_no_signature({"mate"});
}

TEST_F(Control, WhoIsLetInAgainFindsNoneOfHisRequests) {
  const RequestId id = ask("engineer", 3)->id;
  ASSERT_EQ(code(approve("approver", id)), "ok");
  ASSERT_EQ(disable("engineer"), "ok");
  EXPECT_EQ(disable("engineer"), "not_active");
  EXPECT_EQ(show(id).state, RequestState::revoked);
  EXPECT_EQ(code(sign("engineer", operation_id(1))), "account_disabled");
  ASSERT_EQ(enable("engineer"), "waits");
  ASSERT_EQ(answers("keeper"), "applied");
  EXPECT_EQ(enable("engineer"), "not_disabled");
  EXPECT_EQ(code(sign("engineer", operation_id(2))), "approval_revoked");
}

TEST_F(Control, ADisabledAccountHoldsNothing) {
  ASSERT_EQ(role("root", {"/"}), "ok");
  ASSERT_EQ(grant("root", "outsider"), "ok");
  ASSERT_EQ(disable("outsider"), "ok");
  EXPECT_FALSE(may("outsider", "/auditing/read/"));
  EXPECT_EQ(allowed("outsider", "log.list"), "not_allowed");
  ASSERT_EQ(enable("outsider"), "ok");
  EXPECT_TRUE(may("outsider", "/auditing/read/"));
}

TEST_F(Control, NobodyEnablesHisOwnMachine) {
  ASSERT_EQ(code(account({"robot", AccountKind::machine, {}, {}, "admin"})), "ok");
  ASSERT_EQ(disable("robot"), "ok");
  EXPECT_EQ(enable("robot"), "own_machine");
}

// A login name belongs to one account for good: nothing moves it to another.
TEST_F(Control, RootTakesNobodysLogin) {
  ASSERT_EQ(code(account({"builder", {}, {}, "builder", {}})), "ok");
  codes_run_out();
  make_mate_root();
  EXPECT_EQ(code(account({"second-self", {}, {}, "builder", {}})), "claim_taken");
}

// Who is told first what a frozen signer is not, does not thaw it either.
TEST_F(Control, RootFreezesButNeverUnfreezes) {
  make_mate_root();
  EXPECT_EQ(allowed("mate", "signer.freeze"), "ok");
  EXPECT_EQ(allowed("mate", "signer.unfreeze"), "not_allowed");
}

TEST_F(Control, AnOperatorWithRootStillNeedsHisApproval) {
  ASSERT_EQ(role("root", {"/"}), "ok");
  ASSERT_EQ(grant("root", "engineer"), "ok");
  EXPECT_EQ(code(sign("engineer", operation_id(1))), "approval_needed");
  const auto asked = ask("engineer", 1);
  ASSERT_TRUE(asked);
  EXPECT_EQ(code(approve("engineer", asked->id)), "own_request");
  EXPECT_EQ(code(sign("engineer", operation_id(2))), "approval_pending");
  ASSERT_EQ(code(approve("approver", asked->id)), "ok");
  EXPECT_EQ(code(sign("engineer", operation_id(3))), "ok");
  EXPECT_EQ(code(sign("engineer", operation_id(4))), "approval_used_up");
}

}  // namespace
}  // namespace countersign::test
