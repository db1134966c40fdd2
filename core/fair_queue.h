// A queue in which nobody's many items hold up another's few.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <utility>

namespace countersign {

/// Each owner's items stand in a line of their own, oldest first, and the lines are served in turn.
/// Not thread-safe.
template <class Owner, class Item>
class FairQueue {
 public:
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  void push(const Owner& owner, Item item) {
    auto& line = lines_[owner];
    if (line.empty()) turns_.push_back(owner);
    line.push_back(std::move(item));
    ++size_;
  }

  /// The next item, which is the oldest of the owner whose turn it is. Not when empty().
  Item pop() {
    const auto line = lines_.find(turns_.front());
    turns_.pop_front();
    Item item = std::move(line->second.front());
    line->second.pop_front();
    --size_;
    if (line->second.empty())
      lines_.erase(line);
    else
      turns_.push_back(line->first);
    return item;
  }

 private:
  std::map<Owner, std::deque<Item>> lines_;  ///< none of them empty
  std::deque<Owner> turns_;                  ///< every owner of a line once
  std::size_t size_ = 0;
};

}  // namespace countersign
