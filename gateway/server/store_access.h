// The store as the gateway's calls use it, whichever thread works on it.
#pragma once

#include <cstdint>
#include <functional>

#include "gateway/server/request_watch.h"
#include "policy/policy_store.h"

namespace countersign::server {

/// Implementations are thread-safe.
class StoreAccess {
 public:
  /// Called with the work's status when it is committed durably, or failed. It must not block for
  /// long, and may ask for more work.
  using Done = std::function<void(Status)>;

  /// On whose behalf work is done: a user's number, or the gateway's own.
  using Owner = std::int64_t;
  static constexpr Owner gateway_itself = -1;

  virtual ~StoreAccess() = default;

  /// Has `work` done in a transaction. `done` is called exactly once, from any thread, possibly
  /// before post() returns.
  virtual void post(Owner owner, PolicyStore::Work work, Done done) = 0;

  /// The same for what nobody waits for.
  virtual void post_unhurried(PolicyStore::Work work, Done done) = 0;

  /// Copies the store to a new file at `path` while work goes on; the copy is the store at some
  /// time before `done` is called, on a thread that may take its time, and not yet synced. Errors:
  /// those of StoreCopy, `gateway_stopping`, `store_busy` while another copy is made.
  virtual void copy_to(const std::string& path, Done done) = 0;

  /// Has `watcher` called after a commit that changed the request, or when its time is over or it
  /// gave up, within a second. To be called from a Done of work that saw the request, so that no
  /// change in between is missed. Returns false where nobody would tell: then it is never called.
  virtual bool watch(RequestId request, RequestWatch::Watcher watcher) = 0;

  /// The gateway's own work at once; waits for its end. Not from within work, nor on a thread that
  /// does the work of others.
  Status run(PolicyStore::Work work);
};

}  // namespace countersign::server
