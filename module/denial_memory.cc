#include "module/denial_memory.h"

#include <algorithm>
#include <utility>

namespace countersign::module {

bool DenialMemory::note(Wish wish, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  std::erase_if(denials_, [now](const Denial& denial) { return now - denial.time >= span; });
  const auto again =
      std::ranges::find_if(denials_, [&wish](const Denial& denial) { return denial.wish == wish; });
  const bool news = again == denials_.end();
  if (!news) denials_.erase(again);
  if (denials_.size() == capacity) denials_.pop_front();
  denials_.push_back({std::move(wish), now});
  return news;
}

}  // namespace countersign::module
