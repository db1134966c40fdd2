#include "gateway/server/request_watch.h"

#include <utility>

namespace countersign::server {

void RequestWatch::add(RequestId request, Watcher watcher) {
  watchers_.emplace(request, std::move(watcher));
}

std::vector<RequestWatch::Watcher> RequestWatch::take_changed(std::span<const RequestId> requests) {
  std::vector<Watcher> taken;
  for (const RequestId request : requests) {
    const auto [first, last] = watchers_.equal_range(request);
    for (auto each = first; each != last; ++each) taken.push_back(std::move(each->second));
    watchers_.erase(first, last);
  }
  return taken;
}

std::vector<RequestWatch::Watcher> RequestWatch::take_due(Clock::time_point now) {
  std::vector<Watcher> taken;
  for (auto each = watchers_.begin(); each != watchers_.end();) {
    if (now < each->second.until && !each->second.given_up()) {
      ++each;
      continue;
    }
    taken.push_back(std::move(each->second));
    each = watchers_.erase(each);
  }
  return taken;
}

std::vector<RequestWatch::Watcher> RequestWatch::take_all() {
  std::vector<Watcher> taken;
  for (auto& [request, watcher] : watchers_) taken.push_back(std::move(watcher));
  watchers_.clear();
  return taken;
}

}  // namespace countersign::server
