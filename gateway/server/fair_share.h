// A number of places that users share, such that nobody can take them all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>

namespace countersign::server {

/// A user gets another place while he holds fewer than are still free: alone he has half of them,
/// and even many greedy users together leave some to whoever comes next. Not thread-safe.
class FairShare {
  struct State {
    std::size_t free;
    std::map<std::uint32_t, std::size_t> held = {};  ///< by uid
  };

 public:
  /// Held as long as it lives, which may be longer than the FairShare does.
  class Place {
   public:
    Place(std::shared_ptr<State> state, std::uint32_t user)
        : state_(std::move(state)), user_(user) {}
    Place(Place&&) = default;
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (state_ == nullptr) return;
      ++state_->free;
      if (--state_->held[user_] == 0) state_->held.erase(user_);
    }

   private:
    std::shared_ptr<State> state_;
    std::uint32_t user_;
  };

  explicit FairShare(std::size_t places) : state_(std::make_shared<State>(State{places})) {}

  /// A place for `user`; nothing when he has his share.
  std::optional<Place> take(std::uint32_t user) {
    const auto of_user = state_->held.find(user);
    const std::size_t held = of_user == state_->held.end() ? 0 : of_user->second;
    if (held >= state_->free) return std::nullopt;
    --state_->free;
    ++state_->held[user];
    return Place(state_, user);
  }

 private:
  std::shared_ptr<State> state_;
};

}  // namespace countersign::server
