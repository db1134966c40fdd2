#include "module/denial_memory.h"

#include <algorithm>
#include <utility>

namespace countersign::module {

bool DenialMemory::note(Wish wish, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  std::erase_if(denials_, [now](const Denial& denial) { return now - denial.time >= span; });
  if (std::ranges::any_of(denials_, [&wish](const Denial& each) { return each.wish == wish; }))
    return false;
  if (denials_.size() == capacity) denials_.pop_front();
  denials_.push_back({std::move(wish), now});
  return true;
}

}  // namespace countersign::module
