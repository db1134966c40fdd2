// What was read of the store and is kept in memory while it must still be so.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>

namespace countersign {

/// So many answers are remembered; then it begins anew.
inline constexpr std::size_t most_remembered = 10'000;

/// By key, until `generation` (of a WriteWatch) has become another. Not thread-safe.
template <class Key, class Value>
class Remembered {
 public:
  explicit Remembered(const std::uint64_t& generation) : generation_(generation) {}

  /// Null when it is not known. Valid until the next call.
  Value* find(const Key& key) {
    if (of_ != generation_ || known_.size() >= most_remembered) known_.clear();
    of_ = generation_;
    const auto found = known_.find(key);
    return found == known_.end() ? nullptr : &found->second;
  }
  /// To be called with what was read since find(), before anything else is written.
  void add(const Key& key, Value value) { known_.insert_or_assign(key, std::move(value)); }
  void forget(const Key& key) { known_.erase(key); }
  /// What is known holds although something was written since find(): that was the caller, who has
  /// changed what it made wrong.
  void still_hold() { of_ = generation_; }

 private:
  const std::uint64_t& generation_;
  std::map<Key, Value> known_;
  std::uint64_t of_ = 0;
};

}  // namespace countersign
