// Those who wait for a request to change.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <span>
#include <vector>

#include "policy/model/ids.h"

namespace countersign::server {

/// Holds nothing but what it is to call: thousands cost some kilobytes each. Not thread-safe.
class RequestWatch {
 public:
  using Clock = std::chrono::steady_clock;
  struct Watcher {
    Clock::time_point until;         ///< when it is called though nothing has changed
    std::function<bool()> given_up;  ///< whether nobody waits any more; thread-safe
    std::function<void()> again;     ///< called once
  };

  void add(RequestId request, Watcher watcher);

  /// Those whose requests these are; whose time is over or who gave up; all. Each is handed out
  /// once.
  std::vector<Watcher> take_changed(std::span<const RequestId> requests);
  std::vector<Watcher> take_due(Clock::time_point now);
  std::vector<Watcher> take_all();

 private:
  std::multimap<RequestId, Watcher> watchers_;
};

}  // namespace countersign::server
