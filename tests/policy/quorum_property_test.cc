// Counting of approvals against a count by hand, over policies, groups and answers at random.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include "tests/policy/role_world.h"

namespace countersign::test {
namespace {

using Names = std::vector<std::string>;

class QuorumProperty : public RoleWorld {
 protected:
  QuorumProperty() {
    for (const std::string& each : groups_) EXPECT_EQ(group(each), "ok");
  }

  std::size_t upto(std::size_t most) {
    return std::uniform_int_distribution<std::size_t>(0, most)(random_);
  }
  /// A part of `all`, one at least.
  Names some_of(Names all) {
    std::ranges::shuffle(all, random_);
    all.resize(1 + upto(all.size() - 1));
    return all;
  }

  /// Puts others into the groups than were there, without asking anybody.
  void fill_groups() {
    std::map<std::string, std::set<std::string>> wanted;
    for (const std::string& each : groups_)
      for (const std::string& person : some_of(people_))
        if (upto(1) == 0) wanted[each].insert(person);
    if (upto(1) == 0) wanted["outer"].insert("inner");
    ASSERT_TRUE(in([&](Transaction& transaction) -> Status {
      for (const std::string& each : groups_) {
        const GroupId id = transaction.groups.find(each)->id;
        for (const PrincipalId member : transaction.groups.members(id))
          transaction.groups.remove_member(id, member);
        for (const std::string& member : wanted[each])
          transaction.groups.add_member(id, *find_principal(transaction, member));
      }
      return {};
    }));
    held_ = std::move(wanted);
  }

  /// The people that a name stands for, groups in groups included.
  std::set<std::string> stands_for(const std::string& name) {
    if (!name.starts_with("group:")) return {name};
    std::set<std::string> all;
    for (const std::string& each : held_[name.substr(6)]) {
      const bool nested = std::ranges::find(groups_, each) != groups_.end();
      const auto inner = nested ? stands_for("group:" + each) : std::set{each};
      all.insert(inner.begin(), inner.end());
    }
    return all;
  }

  /// Both groups are members, so that whoever is in them may approve where he is named.
  void set_policy(const Names& approvers, std::int64_t count) {
    ASSERT_TRUE(in([&](Transaction& transaction) -> Status {
      const SignerId id = signer(transaction).id;
      for (const std::string& each : groups_)
        transaction.members.set(id, transaction.groups.find(each)->id, LayeredRole::signer_auditor);
      SigningPolicy policy = *transaction.signers.current_policy(signer(transaction));
      policy.steps = {{"release", approvers, count}};
      transaction.signers.set_policy(
          id, {0, policy, transaction.accounts.find("keeper")->id, "test", transaction.now});
      return {};
    }));
  }

  const std::uint64_t seed_ = [] {
    const char* const text = std::getenv("COUNTERSIGN_SEED");
    return text == nullptr ? std::random_device()() : std::strtoull(text, nullptr, 10);
  }();
  std::mt19937_64 random_{seed_};
  const Names people_{"keeper", "engineer", "mate", "approver", "second", "outsider"};
  const Names groups_{"inner", "outer"};
  std::map<std::string, std::set<std::string>> held_;
};

TEST_F(QuorumProperty, CountsEachPersonOnceWhoIsNamedAndNotTheRequester) {
  const Names members{"keeper", "engineer", "mate", "approver", "second"};
  for (int round = 0; round < 60; ++round) {
    clock_.advance(std::chrono::hours(25));  // so that nothing of the last round waits
    fill_groups();
    Names approvers =
        some_of({"keeper", "mate", "approver", "second", "group:inner", "group:outer"});
    const bool grouped = std::ranges::any_of(
        approvers, [](const std::string& each) { return each.starts_with("group:"); });
    const auto needed = static_cast<std::int64_t>(
        1 + upto(grouped ? 2 : std::min<std::size_t>(2, approvers.size() - 1)));
    set_policy(approvers, needed);
    const std::string requester = upto(1) == 0 ? "engineer" : "mate";
    const auto request = ask(requester, 1);
    ASSERT_TRUE(request) << request.error().text();
    std::set<std::string> said_yes;
    bool active = false;
    for (int answer = 0; answer < 12 && !active; ++answer) {
      if (upto(5) == 0) fill_groups();
      std::set<std::string> named;
      for (const std::string& each : approvers) {
        const auto people = stands_for(each);
        named.insert(people.begin(), people.end());
      }
      const std::string who = people_.at(upto(people_.size() - 1));
      const std::string told =
          "round " + std::to_string(round) + ", " + who + ", seed " + std::to_string(seed_);
      const auto may_say = [&](const std::string& person) {
        const bool member = std::ranges::find(members, person) != members.end() ||
                            stands_for("group:inner").contains(person) ||
                            stands_for("group:outer").contains(person);
        return person != requester && named.contains(person) && member;
      };
      const bool taken = may_say(who) && !said_yes.contains(who);
      EXPECT_EQ(approve(who, request->id).has_value(), taken) << told;
      if (!taken) continue;
      said_yes.insert(who);
      active = std::ranges::count_if(said_yes, may_say) >= needed;
      EXPECT_EQ(show(request->id).state == RequestState::active, active) << told;
    }
  }
}

}  // namespace
}  // namespace countersign::test
