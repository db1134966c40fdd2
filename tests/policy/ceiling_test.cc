// Ceilings and windows: asking, approving and signing at random, against a look at every request.
#include <algorithm>
#include <random>

#include "tests/policy/store_world.h"

namespace countersign::test {
namespace {

/// A request as the test remembers it. The world's policy: at most 3 signatures in 1 hour, and 24
/// hours to be approved.
struct Remembered {
  RequestId id = 0;
  std::string who;
  std::int64_t left = 0;
  Milliseconds window{};
  Time open_until;
  std::optional<Time> active_until = {};

  bool is_pending(Time now) const { return !active_until && now < open_until; }
  bool is_active(Time now) const { return active_until && now < *active_until && left > 0; }
};

class CeilingTest : public StoreWorld {
 protected:
  int up_to(int most) { return std::uniform_int_distribution(0, most)(random_); }

  void ask_at_random(const std::string& who) {
    const std::int64_t count = 1 + up_to(4);
    const Milliseconds window = std::chrono::minutes(15 * (1 + up_to(5)));
    const Caller caller = as(who);
    const auto asked = in([&](Transaction& transaction) {
      return create_request(transaction, caller, signer(transaction), {"to ship", count, window});
    });
    const Time now = clock_.now();
    const auto pending = std::ranges::count_if(
        requests_, [&](const Remembered& each) { return each.who == who && each.is_pending(now); });
    const bool fits = count <= 3 && window <= std::chrono::hours(1);
    ASSERT_EQ(code(asked), !fits ? "above_ceiling" : pending >= 20 ? "too_many_requests" : "ok");
    if (asked) requests_.push_back({asked->id, who, count, window, now + std::chrono::hours(24)});
  }

  void approve_at_random() {
    if (requests_.empty()) return;
    Remembered& one =
        requests_.at(static_cast<std::size_t>(up_to(static_cast<int>(requests_.size()) - 1)));
    const bool pending = one.is_pending(clock_.now());
    ASSERT_EQ(code(approve("approver", one.id)), pending ? "ok" : "not_pending") << one.id;
    if (pending) one.active_until = clock_.now() + one.window;
  }

  void sign_at_random(const std::string& who) {
    std::string id = std::to_string(++drawn_);
    const auto grant = sign(who, std::string(32 - id.size(), '0') + id);
    Remembered* soonest = nullptr;
    for (Remembered& each : requests_)
      if (each.who == who && each.is_active(clock_.now()) &&
          (soonest == nullptr || each.active_until < soonest->active_until))
        soonest = &each;
    ASSERT_EQ(grant.has_value(), soonest != nullptr) << code(grant);
    if (!grant) return;
    ++signed_;
    const auto taken = std::ranges::find(requests_, *grant->request, &Remembered::id);
    ASSERT_EQ(taken->active_until, soonest->active_until);
    --taken->left;
  }

  std::mt19937 random_{11};
  std::vector<Remembered> requests_;
  int drawn_ = 0;
  int signed_ = 0;
};

TEST_F(CeilingTest, HoldLikeALookAtEveryRequest) {
  for (int step = 0; step < 2'000 && !HasFatalFailure(); ++step) {
    if (up_to(3) == 0) clock_.advance(std::chrono::minutes(up_to(step % 50 == 0 ? 2'000 : 20)));
    const std::string who = up_to(2) == 0 ? "mate" : "engineer";
    switch (up_to(5)) {
      case 0:
        ask_at_random(who);
        break;
      case 1:
        approve_at_random();
        break;
      default:
        sign_at_random(who);
    }
  }
  EXPECT_GT(signed_, 50);
}

}  // namespace
}  // namespace countersign::test
