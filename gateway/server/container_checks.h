// Looks whether keys on the tokens are still the ones that their containers pinned: when somebody
// asks, and regularly for the containers that are scheduled.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "gateway/server/store_access.h"
#include "hsm-backends/token_set.h"
#include "policy/containers.h"

namespace countersign::server {

/// Thread-safe.
class ContainerChecks {
 public:
  using Done = std::function<void(std::vector<KeyCheck>)>;

  /// Both outlive it.
  ContainerChecks(StoreAccess& store, hsm::TokenSet& tokens) : store_(store), tokens_(tokens) {}
  ContainerChecks(const ContainerChecks&) = delete;
  ContainerChecks& operator=(const ContainerChecks&) = delete;
  ~ContainerChecks() { stop(); }

  /// Has each key looked for on a thread of its token; `done` gets what was seen, once, from any
  /// thread, possibly before this returns.
  void look(const std::vector<ContainerKey>& keys, Done done);

  /// Starts the thread that makes the regular checks. Not in a process that is not ours.
  void start();
  /// A schedule has changed: looks anew what is due.
  void wake();
  /// Makes no further check. Once is enough.
  void stop();

 private:
  void run();
  /// Begins the checks that are due; how long until the next one.
  Milliseconds check_due();

  StoreAccess& store_;
  hsm::TokenSet& tokens_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace countersign::server
