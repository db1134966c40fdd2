// Accounts, enrolment codes and bearer tokens.
#include "policy/accounts.h"

#include "tests/policy/store_world.h"

namespace countersign::test {
namespace {

class Accounts : public StoreWorld {
 protected:
  Result<CreatedAccount> create(const NewAccount& wish) {
    const Caller admin = as("admin");
    return in([&](Transaction& transaction) { return create_account(transaction, admin, wish); });
  }
  Result<MintedToken> trade(std::string_view secret) {
    return in([&](Transaction& transaction) { return enrol(transaction, secret, {}, {}); });
  }
  Result<SignedIn> enter(std::string_view bearer) {
    return in([&](Transaction& transaction) { return sign_in(transaction, bearer); });
  }
};

TEST_F(Accounts, NamesAreUniqueWithoutRegardToCase) {
  EXPECT_EQ(code(create({"Engineer", {}, {}, {}, {}})), "name_taken");
  EXPECT_EQ(code(create({"9lives", {}, {}, {}, {}})), "bad_name");
}

TEST_F(Accounts, MachinesHaveOwnersWhoArePeople) {
  EXPECT_EQ(code(create({"builder", AccountKind::machine, {}, {}, {}})), "bad_owner");
  EXPECT_EQ(code(create({"ann", AccountKind::user, {}, {}, "mate"})), "bad_owner");
  EXPECT_EQ(code(create({"builder", AccountKind::machine, {}, {}, "nobody"})), "bad_owner");
  ASSERT_EQ(code(create({"builder", AccountKind::machine, {}, {}, "mate"})), "ok");
  EXPECT_EQ(code(create({"other", AccountKind::machine, {}, {}, "builder"})), "bad_owner");
}

TEST_F(Accounts, OneAccountAtMostOwnsAUnixUser) {
  ASSERT_EQ(code(create({"ann", {}, {}, "ann", {}})), "ok");
  EXPECT_EQ(code(create({"bob", {}, {}, "ann", {}})), "claim_taken");
  EXPECT_EQ(code(create({"eve", {}, {}, "a b", {}})), "bad_claim");
}

TEST_F(Accounts, AnotherProductAdminNeedsTwo) {
  EXPECT_EQ(code(create({"ann", {}, LayeredRole::product_admin, {}, {}})), "needs_second_admin");
}

TEST_F(Accounts, EnrolmentCodeWorksOnceAndForADay) {
  const auto first = create({"ann", {}, {}, {}, {}});
  const auto minted = trade(first->enrolment.code.view());
  ASSERT_TRUE(minted);
  EXPECT_EQ(minted->secret.size(), 29U);
  EXPECT_EQ(enter(minted->secret.view())->account.name, "ann");
  EXPECT_EQ(code(trade(first->enrolment.code.view())), "bad_enrolment_code");
  const auto second = create({"bob", {}, {}, {}, {}});
  clock_.advance(std::chrono::hours(24));
  EXPECT_EQ(code(trade(second->enrolment.code.view())), "bad_enrolment_code");
}

TEST_F(Accounts, CodesAndTokensAreNotEachOther) {
  const auto created = create({"ann", {}, {}, {}, {}});
  EXPECT_EQ(code(enter(created->enrolment.code.view())), "bad_token");
  const auto minted = trade(created->enrolment.code.view());
  EXPECT_EQ(code(trade(minted->secret.view())), "bad_enrolment_code");
}

TEST_F(Accounts, TokensExpireAndAreRevoked) {
  const auto minted = trade(create({"ann", {}, {}, {}, {}})->enrolment.code.view());
  const Caller ann = as("ann");
  const Caller mate = as("mate");
  const std::int64_t id = minted->credential.id;
  const auto revoke = [&](const Caller& who) {
    return in([&](Transaction& transaction) { return revoke_token(transaction, who, id); });
  };
  EXPECT_EQ(code(revoke(mate)), "not_found");
  EXPECT_EQ(code(revoke(ann)), "ok");
  EXPECT_EQ(code(revoke(ann)), "already_revoked");
  EXPECT_EQ(code(enter(minted->secret.view())), "bad_token");

  const auto other = in([&](Transaction& transaction) {
    return mint_token(transaction, ann, {"laptop", std::chrono::hours(1)});
  });
  EXPECT_EQ(code(enter(other->secret.view())), "ok");
  clock_.advance(std::chrono::hours(1));
  EXPECT_EQ(code(enter(other->secret.view())), "bad_token");
}

TEST_F(Accounts, LifetimeIsBounded) {
  const Caller ann = as("mate");
  for (const Milliseconds bad : {Milliseconds(59'000), Milliseconds(367LL * 86'400'000)})
    EXPECT_EQ(code(in([&](Transaction& transaction) {
                return mint_token(transaction, ann, {{}, bad});
              })),
              "bad_lifetime");
}

}  // namespace
}  // namespace countersign::test
