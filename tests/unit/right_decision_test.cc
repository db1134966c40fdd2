// Whether a caller holds a right: the chain, and random holdings against a model by hand.
#include "policy/model/permissions/right_decision.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace countersign {
namespace {

Permission string(const std::string& text) {
  return *Permission::parse(text);
}

AskedRight ask(const std::string& text) {
  return {string(text), std::nullopt};
}

HeldString held(const std::string& text, const std::string& cap = "/") {
  return {{}, "keepers", cap == "/" ? "Global" : "narrow", {string(cap)}, string(text)};
}

TEST(RightDecision, NothingHeldIsDenied) {
  const RightDecision decision = decide_right(ask("/security/read/"), {});
  EXPECT_FALSE(decision.allowed);
  EXPECT_TRUE(decision.chain.empty());
  EXPECT_EQ(decision.reason, "nothing held gives /security/read/");
}

TEST(RightDecision, ChainLeadsThroughGroupRoleSetAndString) {
  HeldString role = held("/security/");
  role.through = {{ChainLink::Kind::claim, "unix group wheel"}, {ChainLink::Kind::group, "staff"}};
  const RightDecision decision = decide_right(ask("/security/read/"), {{role}, {}});
  EXPECT_TRUE(decision.allowed);
  EXPECT_EQ(decision.reason,
            "claim unix group wheel, group staff, role keepers, permission set Global (/), "
            "string /security/");
  EXPECT_EQ(decision.chain.size(), 5U);
}

TEST(RightDecision, ChainLeadsThroughGroupAndMembership) {
  const HeldMembership member{
      {{ChainLink::Kind::group, "builders"}}, LayeredRole::signer_operator, 7, "release"};
  const RightDecision decision = decide_right(ask("/signers/sign/7/"), {{}, {member}});
  EXPECT_TRUE(decision.allowed);
  EXPECT_EQ(decision.reason, "group builders, membership signer operator of release");
  const HeldMembership admin{{}, LayeredRole::product_admin, 0, ""};
  EXPECT_EQ(decide_right(ask("/signers/freeze/7/"), {{}, {admin}}).reason,
            "membership product admin");
}

TEST(RightDecision, NoStringEverGivesWhatMembershipGives) {
  for (const CatalogueEntry& each : catalogue()) {
    if (!each.by_membership) continue;
    const AskedRight asked{Permission::of(each, 7), std::nullopt};
    HeldRights every;
    for (const Permission& above : asked.permission.covering())
      every.strings.push_back(held(above.text()));
    ASSERT_GE(every.strings.size(), 3U);
    const RightDecision decision = decide_right(asked, every);
    EXPECT_FALSE(decision.allowed) << each.string;
    EXPECT_NE(decision.reason.find("only membership gives: the string"), std::string::npos);
    EXPECT_TRUE(relevant_to(asked).strings.empty());
  }
}

TEST(RightDecision, SetThatWasNarrowedLaterCapsItsRoles) {
  const HeldString role = held("/pam/", "/pam/read/5/");
  EXPECT_TRUE(decide_right(ask("/pam/read/5/"), {{role}, {}}).allowed);
  EXPECT_FALSE(decide_right(ask("/pam/read/55/"), {{role}, {}}).allowed);
  EXPECT_EQ(decide_right(ask("/pam/modify/"), {{role}, {}}).reason,
            "nothing held gives /pam/modify/: the string /pam/ of the role keepers is outside the "
            "permission set narrow");
}

TEST(RightDecision, ObjectWithoutAStringFallsBackToTheOneForAll) {
  const HeldRights some{{held("/certificate_stores/read/4/"), held("/pam/read/")}, {}};
  EXPECT_TRUE(decide_right(ask("/certificate_stores/read/4/"), some).allowed);
  EXPECT_FALSE(decide_right(ask("/certificate_stores/read/5/"), some).allowed);
  EXPECT_FALSE(decide_right(ask("/certificate_stores/read/"), some).allowed);
  EXPECT_TRUE(decide_right(ask("/pam/read/4/"), some).allowed);
}

TEST(RightDecision, RequestsAreListedAsFarAsHeld) {
  const auto extent = [](const std::vector<HeldString>& strings) {
    const RequestExtent found = request_extent({strings, {}});
    return std::vector<bool>{found.all, found.mine, found.pending};
  };
  EXPECT_EQ(extent({}), (std::vector<bool>{false, false, false}));
  EXPECT_EQ(extent({held("/workflows/instances/read/mine/")}),
            (std::vector<bool>{false, true, false}));
  EXPECT_EQ(extent({held("/workflows/instances/read/pending/")}),
            (std::vector<bool>{false, false, true}));
  EXPECT_EQ(extent({held("/workflows/instances/")}), (std::vector<bool>{true, true, true}));
  EXPECT_EQ(extent({held("/workflows/definitions/")}), (std::vector<bool>{false, false, false}));
}

TEST(RightDecision, LooksAtFewRightsHoweverManyAreHeld) {
  for (const CatalogueEntry& each : catalogue()) {
    const bool has_object = each.level != Level::global;
    const AskedRight asked{
        Permission::of(each, has_object ? std::optional<ObjectId>(7) : std::nullopt), 3};
    EXPECT_LE(relevant_to(asked).strings.size(), 7U) << each.string;
    EXPECT_LE(relevant_to(asked).memberships.size(), 3U) << each.string;
  }
}

/// Draws holdings and questions over few numbers, so that they often meet.
class Draw {
 public:
  explicit Draw(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t end) {
    return std::uniform_int_distribution<std::size_t>(0, end - 1)(random_);
  }
  Permission permission() {
    const CatalogueEntry& entry = catalogue()[below(catalogue().size())];
    if (entry.level == Level::global) return Permission::of(entry);
    return Permission::of(entry, object());
  }
  /// Something that covers `asked`, or anything.
  Permission near(const Permission& asked) {
    const auto above = asked.covering();
    return below(2) == 0 ? above[below(above.size())] : permission();
  }
  ObjectId object() { return std::array{1, 5, 55}.at(below(3)); }
  LayeredRole role() { return static_cast<LayeredRole>(below(8)); }

 private:
  std::mt19937 random_;
};

/// Every right that `each` is written out to, one text for one right.
std::vector<std::string> written_out(const HeldMembership& each, const AskedRight& asked) {
  std::vector<std::string> rights;
  for (const std::string_view right : bundle_of(each.role)) {
    std::string text(right);
    const auto mark = text.find('#');
    ObjectId object = each.object;
    // The role of an application gives its rights on signers and containers for each that is in it.
    if (layer_of(each.role) == Layer::application &&
        (right.starts_with("/signers/") || right.starts_with("/certificate_stores/")))
      object = asked.application == each.object ? asked.permission.object().value_or(0) : 0;
    if (mark != text.npos) text.replace(mark, 1, std::to_string(object));
    rights.push_back(text);
  }
  return rights;
}

/// The answer by the book: every right that is held, written out and compared as text.
bool by_the_book(const AskedRight& asked, const HeldRights& held) {
  const auto begins = [](const std::string& above, const Permission& below) {
    return below.text().compare(0, above.size(), above) == 0;
  };
  for (const HeldMembership& each : held.memberships)
    for (const std::string& right : written_out(each, asked)) {
      if (right == asked.permission.text()) return true;
      if (layer_of(each.role) == Layer::product && !asked.permission.entry().by_membership &&
          begins(right, asked.permission))
        return true;
    }
  if (asked.permission.entry().by_membership) return false;
  return std::ranges::any_of(held.strings, [&](const HeldString& each) {
    return begins(each.string.text(), asked.permission) &&
           std::ranges::any_of(each.cap, [&](const Permission& cap) {
             return begins(cap.text(), asked.permission);
           });
  });
}

/// What a store would have found, asked for what is relevant only.
HeldRights only_relevant(const AskedRight& asked, const HeldRights& held) {
  const RelevantRights relevant = relevant_to(asked);
  const auto wanted = [&](const Permission& each) {
    return std::ranges::find(relevant.strings, each) != relevant.strings.end();
  };
  HeldRights found;
  for (HeldString each : held.strings) {
    std::erase_if(each.cap, [&](const Permission& cap) { return !wanted(cap); });
    if (wanted(each.string) && !each.cap.empty()) found.strings.push_back(each);
  }
  for (const HeldMembership& each : held.memberships)
    if (std::ranges::any_of(relevant.memberships, [&](const RelevantRights::On& on) {
          return on.layer == layer_of(each.role) && on.object == each.object;
        }))
      found.memberships.push_back(each);
  return found;
}

TEST(RightDecision, RandomHoldingsAnswerByTheBook) {
  Draw draw(20261122);
  int allowed = 0;
  for (int round = 0; round < 20000; ++round) {
    AskedRight asked{draw.permission(), std::nullopt};
    const Level level = asked.permission.entry().level;
    if ((level == Level::signer || level == Level::container) && draw.below(2) == 0)
      asked.application = draw.object();
    HeldRights held;
    for (std::size_t i = draw.below(3); i > 0; --i)
      held.strings.push_back(
          {{}, "role", "set", {draw.near(asked.permission)}, draw.near(asked.permission)});
    for (std::size_t i = draw.below(3); i > 0; --i) {
      const LayeredRole role = draw.role();
      held.memberships.push_back(
          {{}, role, layer_of(role) == Layer::product ? 0 : draw.object(), "object"});
    }
    const RightDecision decision = decide_right(asked, held);
    ASSERT_EQ(decision.allowed, by_the_book(asked, held)) << asked.permission.text();
    ASSERT_EQ(decision.allowed, decide_right(asked, only_relevant(asked, held)).allowed)
        << asked.permission.text();
    ASSERT_EQ(decision.allowed, !decision.chain.empty());
    allowed += decision.allowed ? 1 : 0;
  }
  EXPECT_GT(allowed, 2000);
  EXPECT_LT(allowed, 18000);
}

}  // namespace
}  // namespace countersign
