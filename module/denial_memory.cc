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

bool DenialMemory::knows(CK_SLOT_ID slot, CK_MECHANISM_TYPE mechanism, const Bytes& digest,
                         Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  return std::ranges::any_of(denials_, [&](const Denial& each) {
    return each.wish.slot == slot && each.wish.mechanism == mechanism &&
           each.wish.digest == digest && now < each.time + span;
  });
}

}  // namespace countersign::module
